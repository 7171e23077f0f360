import { parseArgs } from 'node:util';
import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { reasonSchema, reasonWordsAbout } from '../shared/alerts/reasons.ts';
import { apiClient, type ApiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import type { ExitCode, Io } from './io.ts';
import { formatPreview, type PreviewedMail } from './format-preview.ts';

/** `keyturn preview-alerts`: which mails the coming days would send to whom (design §7). */
export const previewAlertsCommand: Command = {
  summary: 'says which mails the coming days would send, to whom and why',
  help: `keyturn preview-alerts says which mails your installation would send in the coming days if alerts were live
and nobody replaced anything. It reads every tenant now, sends nothing and changes nothing.

Usage: keyturn preview-alerts [--days N]

  --days N    look so many days ahead, 1 to 365 (90)

KEYTURN_URL names the installation, KEYTURN_KEY holds one of its keys (a reader key is enough).

Exit code: 0; 2 when it could not be asked, or when not everything could be read.`,
  run: runPreview,
};

const DEFAULT_DAYS = 90;
const MAX_DAYS = 365;

const answerSchema = z.object({
  asOf: z.string(),
  tenantId: z.string(),
  watchedTenantIds: z.array(z.string()),
  complete: z.boolean(),
  reasons: z.array(z.string()),
  mails: z.array(
    z.object({
      at: z.string(),
      address: z.string(),
      scope: z.string(),
      items: z.array(
        z.object({
          application: z.string().nullable(),
          name: z.string(),
          stage: z.number(),
          reason: z.string(),
        }),
      ),
    }),
  ),
  ownerless: z.array(z.object({ application: z.string().nullable() })),
});
type Answer = z.infer<typeof answerSchema>;

async function runPreview(args: string[], io: Io): Promise<ExitCode> {
  const days = daysOf(args);
  const answers = await previewsOf(apiClient(io), days);
  const [first] = answers;
  const mails = mergedMails(answers);
  const ownerless = answers.flatMap((answer) =>
    answer.ownerless.map(({ application }) => application ?? 'an application without a name'),
  );
  io.out(formatPreview({ asOf: new Date(first?.asOf ?? io.now()), days, mails, ownerless }));
  for (const { tenantId, reasons } of answers) {
    for (const reason of reasons) {
      io.err(`Tenant ${displayText(tenantId)}: ${displayText(reason, 900)}\n`);
    }
  }
  return answers.every(({ complete }) => complete) ? 0 : 2;
}

function daysOf(args: string[]): number {
  let text: string | undefined;
  try {
    text = parseArgs({ args, options: { days: { type: 'string' } } }).values.days;
  } catch {
    throw new UsageError('preview-alerts takes --days N and nothing else.');
  }
  if (text === undefined) return DEFAULT_DAYS;
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw new UsageError(
    `--days takes a number from 1 to ${String(MAX_DAYS)}, not "${displayText(text)}".`,
  );
}

/** A tenant at a time: each is read while the answer is waited for. */
async function previewsOf(api: ApiClient, days: number): Promise<Answer[]> {
  const ask = (query: string) =>
    api.call({ path: `/api/alerts/preview?days=${String(days)}${query}`, answer: answerSchema });
  const first = await ask('');
  const answers = [first];
  for (const tenantId of first.watchedTenantIds) {
    if (tenantId === first.tenantId) continue;
    answers.push(await ask(`&tenantId=${encodeURIComponent(tenantId)}`));
  }
  return answers;
}

/** Those on the lists get one mail over all tenants. */
function mergedMails(answers: readonly Answer[]): PreviewedMail[] {
  const mails = new Map<string, PreviewedMail>();
  for (const { at, address, scope, items } of answers.flatMap((answer) => answer.mails)) {
    const key = [at, address.toLowerCase(), scope].join('\n');
    const mail = mails.get(key) ?? { at: new Date(at), address, items: [] };
    mails.set(key, mail);
    for (const { application, name, stage, reason } of items) {
      mail.items.push({ name: application ?? name, stage, because: wordsOf(reason) });
    }
  }
  return [...mails.values()].toSorted((one, other) => one.at.getTime() - other.at.getTime());
}

function wordsOf(reason: string): string {
  const known = reasonSchema.safeParse(reason);
  return known.success ? reasonWordsAbout(known.data) : reason;
}
