import type { RecordedConsumer } from '../credentials/credential.ts';
import { isSameAddress, type ActNote } from './act.ts';
import type { AlertItem } from './alert-item.ts';
import type { Reason } from './reasons.ts';

/** Somebody who is told, and why. */
export interface Reader {
  address: string;
  reason: Reason;
}

/**
 * True for somebody who is told only because they look after a place that holds the secret: they see their own places
 * and nobody else's (security rule 26). Everybody else comes from the tenant or from whoever runs Keyturn.
 */
export function isOutsider({ reason }: Pick<Reader, 'reason'>): boolean {
  return reason === 'consumerContact';
}

/** The item as an outsider may see it. Null for everybody else, who see all of it. */
export function outsiderView(item: AlertItem, address: string): AlertItem | null {
  const reader = { address, reason: item.reason };
  if (!isOutsider(reader)) return null;
  const own = ownPlaces(item.recordedConsumers, address);
  const acts = notesFor(reader, item.acts, item.recordedConsumers);
  return { ...item, recordedConsumers: own, consumers: [], acts };
}

/** The places that somebody looks after. A contact may be several addresses, or an address among words. */
export function ownPlaces<T extends Pick<RecordedConsumer, 'contact'>>(
  places: readonly T[],
  address: string,
): T[] {
  return places.filter(({ contact }) =>
    (contact ?? '').split(NOT_IN_ADDRESSES).some((part) => isSameAddress(part, address)),
  );
}

const NOT_IN_ADDRESSES = /[\s;,<>()]+/;

/**
 * What somebody may read of what was said: all of it; an outsider, of the others' words, only that it was entered in a
 * place of their own.
 */
export function notesFor(
  reader: Reader,
  notes: readonly ActNote[],
  places: readonly RecordedConsumer[],
): ActNote[] {
  if (!isOutsider(reader)) return [...notes];
  const own = new Set(ownPlaces(places, reader.address).map(nameInActs));
  return notes.flatMap((note) => {
    if (isSameAddress(note.by, reader.address)) return [note];
    const named = note.places.filter((place) => own.has(place));
    return note.kind === 'entered' && named.length > 0 ? [{ ...note, places: named }] : [];
  });
}

/** A place on record as it is offered over links and named in what was said. */
export function nameInActs({ system, name }: Pick<RecordedConsumer, 'system' | 'name'>): string {
  return `${system}: ${name}`;
}
