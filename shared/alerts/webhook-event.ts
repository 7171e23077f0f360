import { z } from 'zod';
import { credentialTypeSchema, holderSchema } from '../credentials/credential-schema.ts';
import { displayText } from '../display-text.ts';
import { supersessionSchema } from '../expiry/status-schema.ts';
import type { AlertItem } from './alert-item.ts';
import { testWords } from './channel-words.ts';
import type { CardOptions } from './mail-card.ts';
import type { Line } from './mail-document.ts';
import { portalLinkOf } from './mail-portal.ts';
import { stepsOf } from './mail-steps.ts';
import type { ReportItem } from './report-item.ts';
import { doubted, whenOf } from './mail-when.ts';

/**
 * What the webhook's receiver gets, by Standard Webhooks ("Payload structure"): docs/webhooks.md. Names are clean lines
 * of text that anybody may have chosen: the receiver encodes them for where it shows them.
 */
const ticketEventSchema = z.strictObject({
  type: z
    .enum(['opened', 'stage', 'resolved'])
    .describe(
      'opened: a secret needs someone, open a ticket. stage: its end came nearer. resolved: it was replaced or removed, close the ticket.',
    ),
  timestamp: z.iso.datetime().describe('When Keyturn saw it.'),
  dedupKey: z
    .string()
    .describe('Names the ticket: the same in every event of one secret, for ever.'),
  data: z.strictObject({
    summary: z.string().describe('One line for a title.'),
    tenant: z.strictObject({ id: z.string(), name: z.string().nullable() }),
    credential: z.strictObject({
      id: z.string(),
      type: credentialTypeSchema,
      name: z.string(),
      hint: z.string().nullable().describe('The first characters of the secret’s value.'),
      expiresAt: z.iso.datetime().nullable(),
      supersession: supersessionSchema.describe(
        'replacementUnproven: a new one exists, and nobody can see whether it was entered everywhere.',
      ),
    }),
    stage: z
      .number()
      .describe('The threshold that was crossed, in days before the end; below 0 after it.'),
    holder: holderSchema.strict(),
    usedBy: z
      .array(
        z.strictObject({
          system: z.string(),
          name: z.string().nullable(),
          isRecorded: z.boolean().describe('false: judging by what the application looks like.'),
        }),
      )
      .describe('Where a new secret has to be entered, as far as Keyturn knows.'),
    owners: z.array(z.string()),
    told: z
      .array(z.strictObject({ address: z.string(), reason: z.string() }))
      .describe('Who is told by mail, and why.'),
    steps: z.array(z.string()).describe('What to do, in order.'),
    portalUrl: z.url().nullable(),
  }),
});

const testEventSchema = z.strictObject({
  type: z.literal('test').describe('Shows that the way works; nothing to do but to answer 2xx.'),
  timestamp: z.iso.datetime(),
  dedupKey: z.literal('keyturn-test'),
  data: z.strictObject({ summary: z.string() }),
});

export const webhookEventSchema = z.union([ticketEventSchema, testEventSchema]);

export type WebhookEvent = z.infer<typeof ticketEventSchema>;
type TestEvent = z.infer<typeof testEventSchema>;
type EventItem = Extract<AlertItem, { kind: 'event' }>;

/** The event in full. The same for every try to deliver it: its words are those of when it happened. */
export function webhookEventOf(
  item: EventItem,
  { timeZone, portalUrl }: Omit<CardOptions, 'now'>,
): WebhookEvent {
  const { event, occurredAt, dedupKey, stage, holder } = item;
  const isOver = event === 'resolved';
  return {
    type: event,
    timestamp: occurredAt,
    dedupKey,
    data: {
      summary: summaryOf(item, timeZone),
      tenant: { id: item.tenantId, name: clean(item.tenantName) },
      credential: {
        id: item.findingId,
        type: item.type,
        name: displayText(item.name),
        hint: clean(item.hint),
        expiresAt: item.expiresAt,
        supersession: item.supersession,
      },
      stage,
      holder: { ...holder, displayName: clean(holder.displayName) },
      usedBy: usedByOf(item),
      owners: item.owners.map((owner) => displayText(owner)),
      told: item.told.map(({ address, reason }) => ({ address, reason })),
      steps: isOver ? [] : stepsOf(item, portalUrl).map(plain),
      portalUrl: portalLinkOf(item, portalUrl),
    },
  };
}

export function testEventOf(test: Extract<ReportItem, { kind: 'channelTest' }>): TestEvent {
  const data = { summary: testWords(test) };
  return { type: 'test', timestamp: test.at, dedupKey: 'keyturn-test', data };
}

function usedByOf({ recordedConsumers, consumers }: EventItem): WebhookEvent['data']['usedBy'] {
  const recorded = recordedConsumers.map(({ system, name }) => ({
    system: displayText(system),
    name: displayText(name),
    isRecorded: true,
  }));
  const likely = consumers.map(({ system }) => ({
    system: displayText(system),
    name: null,
    isRecorded: false,
  }));
  return [...recorded, ...likely];
}

function summaryOf(item: EventItem, timeZone: string): string {
  const name = displayText(item.holder.displayName ?? item.name);
  if (item.event === 'resolved') return `${name}: replaced or removed`;
  const { brief } = whenOf(item.expiresAt, new Date(item.occurredAt), timeZone);
  return `${name} ${item.supersession === 'replacementUnproven' ? doubted(brief) : brief}`;
}

function clean(text: string | null): string | null {
  return text === null ? null : displayText(text);
}

function plain(line: Line): string {
  return line.map((part) => (typeof part === 'string' ? part : part.strong)).join('');
}
