import type { z } from 'zod';
import type { StoredConsumer } from '../connections/consumer-store.ts';
import { AppError } from '../errors.ts';
import { CONSUMER_ID, type consumerAnswer, type ConsumerBody } from './consumer-schemas.ts';
import { etagOf } from './put-record.ts';

export interface RecordOptions {
  id: string;
  homeTenantId: string;
  now: Date;
  /** Who sends it, for a confirmation that does not say whose it is. */
  callerName: string;
}

/**
 * The record that a body asks for. Throws AppError `bad_request` for an id that cannot be one, and for something that
 * is said to have happened in the future.
 */
export function consumerRecord(
  body: ConsumerBody,
  { id, homeTenantId, now, callerName }: RecordOptions,
): StoredConsumer {
  if (!CONSUMER_ID.test(id)) {
    throw wrong('', 'An id has 1 to 80 letters, digits, dots, hyphens and underscores.');
  }
  for (const member of ['enteredAt', 'confirmedAt'] as const) {
    const at = body[member];
    if (at !== null && Date.parse(at) > now.getTime() + CLOCK_SKEW_MS)
      throw wrong(`/${member}`, 'This is in the future.');
  }
  const { tenantId = homeTenantId, appId, system, name, contact } = body;
  const { keyId, enteredAt, confirmedAt } = body;
  const confirmedBy = confirmedAt === null ? null : (body.confirmedBy ?? callerName);
  const held = { keyId, enteredAt, confirmedAt, confirmedBy };
  return { id, tenantId: tenantId.toLowerCase(), appId, system, name, contact, ...held };
}

/** A consumer as the API shows it. */
export function toConsumerAnswer(consumer: StoredConsumer): z.output<typeof consumerAnswer> {
  const { id, tenantId, appId, system, name, contact } = consumer;
  const { keyId, enteredAt, confirmedAt, confirmedBy } = consumer;
  const held = { keyId, enteredAt, confirmedAt, confirmedBy };
  return { id, tenantId, appId, system, name, contact, ...held, etag: etagOf(consumer) };
}

const CLOCK_SKEW_MS = 300_000;

function wrong(pointer: string, detail: string): AppError {
  const message = 'The body is not what this route takes; see "errors".';
  return new AppError('bad_request', pointer === '' ? detail : message, {
    errors: pointer === '' ? [] : [{ pointer, detail }],
  });
}
