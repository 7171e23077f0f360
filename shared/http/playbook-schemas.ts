import { z } from 'zod';
import { readPlaybook } from '../connections/read-playbook.ts';

/** What an id of a playbook looks like: it stands in a URL. */
export const PLAYBOOK_ID = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** An operator's own steps for a system, in Markdown: a head that names the systems, then one list. No HTML, no links. */
export const playbookBody = z.strictObject({
  markdown: z.string().superRefine((markdown, context) => {
    const read = readPlaybook('', markdown);
    for (const message of read.ok ? [] : read.faults) context.addIssue({ code: 'custom', message });
  }),
  /** From an answer: ignored. */
  id: z.unknown().optional(),
  etag: z.unknown().optional(),
});

export const playbookAnswer = z.strictObject({
  id: z.string(),
  markdown: z.string(),
  /** Send it in If-Match to replace or remove this version. */
  etag: z.string(),
});

export const playbooksAnswer = z.strictObject({
  playbooks: z.array(playbookAnswer),
  /** The ids of those that come with Keyturn, for the systems that no own one names. */
  shipped: z.array(z.strictObject({ id: z.string(), systems: z.array(z.string()) })),
});
