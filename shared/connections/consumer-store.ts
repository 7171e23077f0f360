import { createHash } from 'node:crypto';
import { z } from 'zod';
import { recordedConsumerSchema } from '../credentials/credential-schema.ts';
import type { RecordedConsumer } from '../credentials/credential.ts';
import { AppError } from '../errors.ts';
import type { OpenTable, Row, Table } from '../storage/table.ts';

const storedConsumerSchema = recordedConsumerSchema.extend({
  tenantId: z.string(),
  /** The application whose secret it uses. */
  appId: z.string(),
});

/** A recorded consumer with the application that it belongs to; ids in lower case. */
export type StoredConsumer = z.infer<typeof storedConsumerSchema>;

/** What somebody saw or said: the secret that a place holds now. */
interface Confirmation {
  /** The secret that was entered; null where it is not known which, and then the instant stands for it. */
  keyId: string | null;
  at: Date;
  /** Who said so. */
  by: string;
}

interface LikelyPlace {
  tenantId: string;
  appId: string;
  /** As the guess called it: "SmartConnect → Business Central". */
  system: string;
  /** What the place is called there, if whoever confirms it said so. */
  name?: string;
  contact: string | null;
}

/** The places where secrets of applications have been entered. Ids are unique in the installation. */
export interface ConsumerStore {
  /** By id. */
  list(filter?: {
    tenantId?: string | undefined;
    appId?: string | undefined;
  }): Promise<StoredConsumer[]>;
  get(id: string): Promise<Row<StoredConsumer> | null>;
  /** False when the id is taken. */
  create(consumer: StoredConsumer): Promise<boolean>;
  /** False when somebody else wrote or removed it since. */
  replace(current: Row<StoredConsumer>, consumer: StoredConsumer): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Which places use which application, as of now. */
  lookUp(): Promise<(tenantId: string, appId: string) => RecordedConsumer[]>;
  /** Which places use a tenant's applications, by appId. */
  consumersOf(tenantId: string): Promise<(appId: string) => RecordedConsumer[]>;
  /** Notes that a place holds this secret now; null where there is no such place (any more). */
  confirm(id: string, confirmation: Confirmation): Promise<StoredConsumer | null>;
  /**
   * Makes a guess a record, confirmed. Safe to repeat: the id follows from application and system, and one that is
   * there already is confirmed again, whatever else was changed in it.
   */
  recordLikely(place: LikelyPlace, confirmation: Confirmation): Promise<StoredConsumer>;
}

/** Consumers over table `consumers`. There are few, so one partition holds them all and a check reads it once. */
export function createConsumerStore(openTable: OpenTable): ConsumerStore {
  const table = openTable('consumers', storedConsumerSchema);
  const store: ConsumerStore = {
    list: (filter = {}) => list(table, filter),
    get: (id) => table.get(PARTITION, id),
    create: (consumer) => table.insert(PARTITION, consumer.id, consumer),
    replace: (current, consumer) => table.replace(current, consumer),
    remove: (id) => table.remove(PARTITION, id),
    lookUp: async () => {
      const known = new Map<string, RecordedConsumer[]>();
      for (const consumer of await list(table, {})) {
        const key = keyOf(consumer.tenantId, consumer.appId);
        known.set(key, [...(known.get(key) ?? []), recordedOf(consumer)]);
      }
      return (tenantId, appId) => known.get(keyOf(tenantId, appId)) ?? [];
    },
    consumersOf: async (tenantId) => {
      const lookUp = await store.lookUp();
      return (appId) => lookUp(tenantId, appId);
    },
    confirm: (id, confirmation) => confirm(table, id, confirmation),
    recordLikely: async (place, confirmation) => {
      const consumer = { ...likelyConsumer(place), ...confirmed(confirmation) };
      if (await store.create(consumer)) return consumer;
      // Removed between the two calls: the next click records it again.
      return (await store.confirm(consumer.id, confirmation)) ?? consumer;
    },
  };
  return store;
}

/** A consumer without the application, as findings carry it. */
function recordedOf(consumer: StoredConsumer): RecordedConsumer {
  const { id, system, name, contact, keyId, enteredAt, confirmedAt, confirmedBy } = consumer;
  return { id, system, name, contact, keyId, enteredAt, confirmedAt, confirmedBy };
}

const PARTITION = 'consumer';
const MAX_TRIES = 5;

async function list(
  table: Table<StoredConsumer>,
  filter: { tenantId?: string | undefined; appId?: string | undefined },
): Promise<StoredConsumer[]> {
  const tenantId = filter.tenantId?.toLowerCase();
  const appId = filter.appId?.toLowerCase();
  const found: StoredConsumer[] = [];
  for await (const { value } of table.list(PARTITION)) {
    if (tenantId !== undefined && value.tenantId !== tenantId) continue;
    if (appId === undefined || value.appId === appId) found.push(value);
  }
  return found;
}

function keyOf(tenantId: string, appId: string): string {
  return `${tenantId} ${appId}`.toLowerCase();
}

async function confirm(
  table: Table<StoredConsumer>,
  id: string,
  confirmation: Confirmation,
): Promise<StoredConsumer | null> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const current = await table.get(PARTITION, id);
    if (current === null) return null;
    const changed = { ...current.value, ...confirmed(confirmation) };
    if (await table.replace(current, changed)) return changed;
  }
  throw new AppError('conflict', 'This record is being changed by others. Try again.');
}

function confirmed({ keyId, at, by }: Confirmation) {
  return {
    keyId: keyId?.toLowerCase() ?? null,
    enteredAt: keyId === null ? at.toISOString() : null,
    confirmedAt: at.toISOString(),
    confirmedBy: by,
  };
}

function likelyConsumer({ tenantId, appId, system, name, contact }: LikelyPlace) {
  const ids = { tenantId: tenantId.toLowerCase(), appId: appId.toLowerCase() };
  const seed = JSON.stringify([ids.tenantId, ids.appId, system]);
  const digest = createHash('sha256').update(seed).digest('hex');
  return { id: `likely-${digest.slice(0, 32)}`, ...ids, system, name: name ?? system, contact };
}
