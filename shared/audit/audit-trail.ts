import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { AuditEntry, AuditLog } from './audit-log.ts';

interface TokenRead {
  connectionId: string;
  caller: string;
  address: string | null;
}

/** What routes tell the audit. */
export interface AuditTrail {
  /** Before an administrator's act; throws `storage_unavailable`, and then nothing may be done. */
  act(entry: Omit<AuditEntry, 'at' | 'kind'>): Promise<void>;
  /** That a caller takes a token. Returns at once and never throws: the write goes on beside the answer. */
  noteRead(read: TokenRead): void;
  /** Writes what waits; throws nothing. */
  flush(): Promise<void>;
}

export interface AuditTrailDeps {
  audit: AuditLog;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Runs something later, in a process that does not stay alive for it. */
  later?: (run: () => void, ms: number) => void;
}

const MINUTE_MS = 60_000;
/** What storage does not take for so long is dropped, and the log says so. */
const MAX_WAITING = 10_000;

interface Counted extends TokenRead {
  minute: number;
  more: number;
}

/**
 * Keeps who took tokens: the first one of each caller, connection and minute is written at once, though no answer waits
 * for it; the others of that minute are counted, and the count is written when the minute is over. A process that dies
 * loses counts of one minute, and a first use only if it dies while that is being written (security rule 29).
 */
export function auditTrail({ audit, clock, log, later = unreffed }: AuditTrailDeps): AuditTrail {
  const counts = new Map<string, Counted>();
  let waiting: AuditEntry[] = [];
  let writing: Promise<void> | null = null;
  let isDue = false;

  const closeMinutes = (now: number): void => {
    for (const [name, counted] of counts) {
      if (counted.minute >= now) continue;
      counts.delete(name);
      if (counted.more > 0) waiting.push(countOf(counted));
    }
  };
  const write = async (): Promise<void> => {
    closeMinutes(minuteOf(clock.now()));
    const entries = waiting;
    waiting = [];
    try {
      await audit.append(entries);
    } catch {
      const kept = [...entries, ...waiting];
      waiting = kept.slice(0, MAX_WAITING);
      log.error('the audit of token reads could not be written', {
        waiting: waiting.length,
        dropped: kept.length - waiting.length,
      });
    }
  };
  const flush = (): Promise<void> => {
    // One at a time: what comes meanwhile goes with the next.
    const next = (writing ?? Promise.resolve()).then(write).finally(() => {
      if (writing === next) writing = null;
    });
    writing = next;
    return next;
  };
  const flushAtMinuteEnd = (): void => {
    if (isDue) return;
    isDue = true;
    later(() => {
      isDue = false;
      void flush().then(() => {
        if (counts.size > 0 || waiting.length > 0) flushAtMinuteEnd();
      });
    }, MINUTE_MS);
  };

  return {
    act: (entry) => audit.append([{ at: clock.now().toISOString(), kind: 'act', ...entry }]),
    noteRead: (read) => {
      const now = clock.now();
      const minute = minuteOf(now);
      const name = `${read.connectionId} ${read.caller}`;
      const counted = counts.get(name);
      if (counted?.minute === minute) {
        counted.more += 1;
        return;
      }
      if (counted !== undefined && counted.more > 0) waiting.push(countOf(counted));
      counts.set(name, { ...read, minute, more: 0 });
      waiting.push({ at: now.toISOString(), kind: 'read', ...read });
      if (writing === null) void flush();
      flushAtMinuteEnd();
    },
    flush,
  };
}

function countOf({ minute, more, connectionId, caller, address }: Counted): AuditEntry {
  const at = new Date(minute * MINUTE_MS).toISOString();
  return { at, kind: 'reads', connectionId, caller, address, count: more };
}

function minuteOf(instant: Date): number {
  return Math.floor(instant.getTime() / MINUTE_MS);
}

function unreffed(run: () => void, ms: number): void {
  setTimeout(run, ms).unref();
}
