import type { Clock } from '../clock.ts';
import { grantStateSchema, type GrantState } from './grant-state.ts';
import {
  LEASE_MS,
  type GrantKey,
  type GrantStateStore,
  type StateLease,
  type StoredState,
} from './grant-state-store.ts';

interface Slot {
  json: string | null;
  etag: string;
  holder: number;
  heldUntilMs: number;
}

interface MemoryStates extends GrantStateStore {
  /** Every state as it would lie in its blob. */
  dump(): Record<string, string>;
}

/** The twin of the leased blobs, in memory: same leases, same etags, and values go through JSON as they would there. */
export function memoryGrantStates(clock: Pick<Clock, 'now'>): MemoryStates {
  const slots = new Map<string, Slot>();
  let count = 0;
  const next = () => (count += 1);
  const slotOf = ({ connectionId, instance }: GrantKey): Slot => {
    const name = `${connectionId}.${instance}`;
    const slot = slots.get(name) ?? { json: null, etag: '', holder: 0, heldUntilMs: 0 };
    slots.set(name, slot);
    return slot;
  };
  return {
    read: async (key) => stored(slotOf(key)),
    lease: async (key) => {
      const slot = slotOf(key);
      const nowMs = clock.now().getTime();
      if (slot.heldUntilMs > nowMs) return null;
      slot.holder = next();
      slot.heldUntilMs = nowMs + LEASE_MS;
      return leaseOn(slot, { holder: slot.holder, clock, next });
    },
    dump: () =>
      Object.fromEntries(
        [...slots].flatMap(([name, { json }]) => (json === null ? [] : [[name, json]])),
      ),
  };
}

interface Holding {
  holder: number;
  clock: Pick<Clock, 'now'>;
  next: () => number;
}

function leaseOn(slot: Slot, { holder, clock, next }: Holding): StateLease {
  let endsAtMs = slot.heldUntilMs;
  const isOurs = () => slot.holder === holder && slot.heldUntilMs > clock.now().getTime();
  return {
    endsAt: () => new Date(endsAtMs),
    read: async () => stored(slot),
    write: async (state: GrantState, etag) => {
      if (!isOurs() || (etag ?? '') !== slot.etag) return null;
      slot.json = JSON.stringify(state);
      slot.etag = `"${next()}"`;
      return slot.etag;
    },
    // As the service does it: an ended lease that nobody took since can be renewed.
    renew: async () => {
      if (slot.holder !== holder) return false;
      endsAtMs = clock.now().getTime() + LEASE_MS;
      slot.heldUntilMs = endsAtMs;
      return true;
    },
    remove: async () => {
      if (!isOurs()) return false;
      slot.json = null;
      slot.etag = '';
      slot.heldUntilMs = 0;
      return true;
    },
    release: async () => {
      if (slot.holder === holder) slot.heldUntilMs = 0;
    },
  };
}

function stored({ json, etag }: Slot): StoredState | null {
  return json === null ? null : { state: grantStateSchema.parse(JSON.parse(json)), etag };
}
