import { z } from 'zod';
import type { FileConsumer } from './consumers-file.ts';

export const knownConsumerSchema = z.object({
  id: z.string(),
  tenantId: z.string(),
  appId: z.string(),
  system: z.string(),
  name: z.string(),
  contact: z.string().nullable(),
  keyId: z.string().nullable(),
  enteredAt: z.string().nullable(),
  confirmedAt: z.string().nullable(),
  confirmedBy: z.string().nullable(),
  etag: z.string(),
});

/** A consumer that the installation has. */
export type KnownConsumer = z.infer<typeof knownConsumerSchema>;

export type Step =
  | { kind: 'create'; id: string; body: FileConsumer }
  | { kind: 'change'; id: string; body: FileConsumer; etag: string; kept: boolean }
  | { kind: 'same'; id: string; kept: boolean };

/**
 * What has to be done so that the installation has what the file says. What the file leaves out stays, and so does what
 * somebody has confirmed since (`kept`): a file from last year must not undo "I entered the new one".
 */
export function planConsumers(
  wanted: Record<string, FileConsumer>,
  known: readonly KnownConsumer[],
): Step[] {
  return Object.entries(wanted).map(([id, consumer]): Step => {
    const current = known.find((one) => one.id === id);
    if (current === undefined) return { kind: 'create', id, body: consumer };
    const { id: _, etag, ...stored } = current;
    const kept = isOutdated(consumer, current);
    const held = kept || !saysWhatItHolds(consumer) ? heldOf(stored) : newlyHeldOf(consumer);
    const body = { ...stored, ...consumer, contact: consumer.contact ?? null, ...held };
    if (consumer.contact === undefined) body.contact = stored.contact;
    const isSame = MEMBERS.every(
      (member) => comparable(body[member]) === comparable(stored[member]),
    );
    return isSame ? { kind: 'same', id, kept } : { kind: 'change', id, body, etag, kept };
  });
}

type Held = Required<Pick<FileConsumer, 'keyId' | 'enteredAt' | 'confirmedAt' | 'confirmedBy'>>;

const MEMBERS = [
  'tenantId',
  'appId',
  'system',
  'name',
  'contact',
  'keyId',
  'enteredAt',
  'confirmedAt',
] as const;

function saysWhatItHolds({ keyId, enteredAt, confirmedAt }: FileConsumer): boolean {
  return [keyId, enteredAt, confirmedAt].some((member) => member !== undefined);
}

/** True where the file says something else about the secret than what was confirmed, and says it no later. */
function isOutdated(consumer: FileConsumer, current: KnownConsumer): boolean {
  if (current.confirmedAt === null || !saysWhatItHolds(consumer)) return false;
  const saidAt = Math.max(msOf(consumer.confirmedAt), msOf(consumer.enteredAt));
  if (saidAt > Date.parse(current.confirmedAt)) return false;
  return (['keyId', 'enteredAt', 'confirmedAt'] as const).some(
    (member) => comparable(consumer[member]) !== comparable(current[member]),
  );
}

function heldOf({ keyId, enteredAt, confirmedAt, confirmedBy }: Held): Held {
  return { keyId, enteredAt, confirmedAt, confirmedBy };
}

function newlyHeldOf(consumer: FileConsumer): Held {
  const { keyId = null, enteredAt = null, confirmedAt = null, confirmedBy = null } = consumer;
  return { keyId, enteredAt, confirmedAt, confirmedBy };
}

function msOf(instant: string | null | undefined): number {
  const ms = Date.parse(instant ?? '');
  return Number.isNaN(ms) ? Number.NEGATIVE_INFINITY : ms;
}

/** Ids in whatever case, instants in whatever zone. */
function comparable(member: string | null | undefined): string | null {
  if (member === null || member === undefined) return null;
  const text = member.trim();
  if (/^[\da-f]{8}-/i.test(text)) return text.toLowerCase();
  return /^\d{4}-\d\d-\d\dT/.test(text) ? String(Date.parse(text)) : text;
}
