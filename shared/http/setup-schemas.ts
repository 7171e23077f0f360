import { z } from 'zod';

export const setupAnswer = z.strictObject({
  redirectUri: z.string().describe("For a connection's application: Authentication, Web."),
  permissions: z.array(
    z.strictObject({
      name: z.string(),
      identity: z.enum(['monitor', 'broker']),
      on: z.string(),
      givenBy: z.enum(['azure', 'entra', 'exchange']),
      why: z.string(),
      stops: z.string().describe('What stops without it.'),
      granted: z.boolean().nullable().describe('Null where it cannot be seen from here.'),
      said: z.string().nullable(),
      fix: z.string().nullable(),
    }),
  ),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['ok', 'warning', 'failed', 'off']),
      what: z.string(),
      why: z.string().nullable(),
      fix: z.string().nullable(),
    }),
  ),
});
