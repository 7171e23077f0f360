import { z } from 'zod';
import type { OpenTable } from '../storage/table.ts';
import { nightInstant } from './run.ts';

/** Why a night is started for the home tenant alone: a connection of Keyturn's own has stopped. */
export const STOPPED_CONNECTION = 'stoppedConnection';

/** The runs of one start: by schedule, by request, to catch up, or for a connection that has stopped. */
const nightSchema = z.object({
  nightId: z.string(),
  /** Who or what started it: "schedule", "request", {@link STOPPED_CONNECTION}. */
  reason: z.string(),
  tenantIds: z.array(z.string()),
  startedAt: z.string(),
  /** False until every run has its row; a sweep takes up nights that stay so. */
  launched: z.boolean(),
});
export type Night = z.infer<typeof nightSchema>;

export interface NightStore {
  /** False when another night has this id. */
  add(night: Night): Promise<boolean>;
  get(nightId: string): Promise<Night | null>;
  markLaunched(night: Night): Promise<void>;
  newestFirst(): AsyncIterable<Night>;
  /** Nights whose id is of this second or later, newest first. */
  since(instant: Date): AsyncIterable<Night>;
}

const PARTITION = 'nights';

/** Nights over table `nights`. */
export function nightStore(openTable: OpenTable): NightStore {
  const nights = openTable('nights', nightSchema);
  return {
    add: (night) => nights.insert(PARTITION, newestFirstKey(night.nightId), night),
    get: async (nightId) => (await nights.get(PARTITION, newestFirstKey(nightId)))?.value ?? null,
    markLaunched: (night) =>
      nights.put(PARTITION, newestFirstKey(night.nightId), { ...night, launched: true }),
    newestFirst: async function* newestFirst() {
      for await (const { value } of nights.list(PARTITION)) yield value;
    },
    since: async function* since(instant) {
      // Later than any suffix of that second, which are hexadecimal digits.
      const before = newestFirstKey(`${nightInstant(instant)}-g`);
      for await (const { value } of nights.list(PARTITION, { before })) yield value;
    },
  };
}

/** Tables list by ascending key: with each digit of the instant taken from nine, that is the newest night first. */
function newestFirstKey(nightId: string): string {
  const [instant = '', suffix = ''] = nightId.split('-');
  return `${instant.replaceAll(/\d/g, (digit) => `${9 - Number(digit)}`)}-${suffix}`;
}
