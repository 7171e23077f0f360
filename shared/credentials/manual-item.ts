import { z } from 'zod';

/**
 * Something with a date that an operator entered, because no directory and no vault knows it (design §4): an SFTP
 * password, an API key, a personal access token. It holds no secret. Instants are ISO 8601 in UTC.
 */
export const manualItemSchema = z.object({
  /** As it stands in the URL. */
  id: z.string(),
  name: z.string(),
  /** What it is, in the operator's words: "SFTP password". */
  kind: z.string().nullable(),
  startsAt: z.string().nullable(),
  expiresAt: z.string(),
  /** The mail address of whoever sees to it. */
  owner: z.string().nullable(),
  /** Who is told as well. */
  notify: z.array(z.string()),
  /** Where it is used, by name. */
  usedBy: z.array(z.string()),
  /** What to do when it ends, in order; without any, the usual steps are given. */
  steps: z.array(z.string()),
});
export type ManualItem = z.infer<typeof manualItemSchema>;
