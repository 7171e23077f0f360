import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { OpenTable } from '../storage/table.ts';
import type { SendOutcome } from './notifier.ts';

const channelStateSchema = z.object({
  channel: z.string(),
  /** When a service last took a message; not a proof that anybody read it. */
  lastSuccess: z.iso.datetime().nullable(),
  lastFailure: z.iso.datetime().nullable(),
  /** What was wrong then, and what to do. */
  because: z.string().nullable(),
});

/** How a way to people did last. */
export type ChannelState = z.infer<typeof channelStateSchema>;

export interface ChannelStates {
  /** Keeps what came of a message. Never throws: whoever sends has more important things to write down. */
  note(channel: string, outcome: SendOutcome): Promise<void>;
  of(channel: string): Promise<ChannelState>;
}

export interface ChannelStatesDeps {
  openTable: OpenTable;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

const PARTITION = 'channels';
/** One success among many needs no write; each process remembers its last one. */
const SUCCESS_EVERY_MS = 10 * 60_000;

/** The state of each channel over table `channels`. */
export function createChannelStates({ openTable, clock, log }: ChannelStatesDeps): ChannelStates {
  const table = openTable('channels', channelStateSchema);
  const successes = new Map<string, number>();
  const of = async (channel: string): Promise<ChannelState> =>
    (await table.get(PARTITION, channel))?.value ?? {
      channel,
      lastSuccess: null,
      lastFailure: null,
      because: null,
    };
  const keep = async (channel: string, change: Partial<ChannelState>) => {
    await table.put(PARTITION, channel, { ...(await of(channel)), ...change });
  };
  return {
    of,
    note: async (channel, outcome) => {
      const now = clock.now();
      const at = now.toISOString();
      try {
        if (outcome.status === 'failed' || outcome.status === 'refused') {
          successes.delete(channel);
          await keep(channel, { lastFailure: at, because: outcome.reason });
        } else if (outcome.status === 'accepted' && !isFresh(successes.get(channel), now)) {
          await keep(channel, { lastSuccess: at });
          successes.set(channel, now.getTime());
        }
      } catch (error) {
        log.warn('the state of a channel could not be kept', { channel, reason: String(error) });
      }
    },
  };
}

function isFresh(atMs: number | undefined, now: Date): boolean {
  return atMs !== undefined && now.getTime() - atMs < SUCCESS_EVERY_MS;
}
