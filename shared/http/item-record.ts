import type { z } from 'zod';
import type { ManualItem } from '../credentials/manual-item.ts';
import { AppError } from '../errors.ts';
import { ITEM_ID, type itemAnswer, type ItemBody } from './item-schemas.ts';
import { etagOf } from './put-record.ts';

/** The item that a body asks for. Throws AppError `bad_request` for an id that cannot be one. */
export function itemRecord(id: string, body: ItemBody): ManualItem {
  if (!ITEM_ID.test(id))
    throw new AppError('bad_request', 'An id has 1 to 80 lower-case letters, digits and hyphens.');
  const { name, kind, startsAt, expiresAt, owner, notify, usedBy, steps } = body;
  return { id, name, kind, startsAt, expiresAt, owner, notify, usedBy, steps };
}

/** An item as the API shows it. */
export function toItemAnswer(item: ManualItem): z.output<typeof itemAnswer> {
  return { ...item, etag: etagOf(item) };
}
