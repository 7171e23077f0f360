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
  const minutes = readMinutes();
  const writer = entryWriter({ audit, log });
  let isDue = false;

  const flush = (): Promise<void> => {
    writer.add(minutes.over(clock.now()));
    return writer.write();
  };
  const flushLater = (): void => {
    if (isDue) return;
    isDue = true;
    later(() => void flushDue(), MINUTE_MS);
  };
  const flushDue = async (): Promise<void> => {
    isDue = false;
    await flush();
    if (minutes.areOpen() || writer.waits()) flushLater();
  };

  return {
    act: (entry) => audit.append([{ at: clock.now().toISOString(), kind: 'act', ...entry }]),
    noteRead: (read) => {
      const entries = minutes.note(read, clock.now());
      if (entries.length === 0) return;
      writer.add(entries);
      if (!writer.isWriting()) void flush();
      flushLater();
    },
    flush,
  };
}

/** Counts reads by minute; gives what is to be written: the first of a minute, and the count of one that is over. */
function readMinutes() {
  const counts = new Map<string, Counted>();
  return {
    areOpen: () => counts.size > 0,
    note: (read: TokenRead, now: Date): AuditEntry[] => {
      const minute = minuteOf(now);
      const name = `${read.connectionId} ${read.caller}`;
      const before = counts.get(name);
      if (before?.minute === minute) {
        before.more += 1;
        return [];
      }
      counts.set(name, { ...read, minute, more: 0 });
      const first: AuditEntry = { at: now.toISOString(), kind: 'read', ...read };
      return before === undefined || before.more === 0 ? [first] : [countOf(before), first];
    },
    over: (now: Date): AuditEntry[] => {
      const over = [...counts].filter(([, { minute }]) => minute < minuteOf(now));
      for (const [name] of over) counts.delete(name);
      return over.flatMap(([, counted]) => (counted.more > 0 ? [countOf(counted)] : []));
    },
  };
}

/** Writes one batch after the other, and keeps what storage does not take. */
function entryWriter({ audit, log }: Pick<AuditTrailDeps, 'audit' | 'log'>) {
  let waiting: AuditEntry[] = [];
  let writing: Promise<void> | null = null;
  const writeWaiting = async (): Promise<void> => {
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
  return {
    add: (entries: AuditEntry[]) => void waiting.push(...entries),
    waits: () => waiting.length > 0,
    isWriting: () => writing !== null,
    write: (): Promise<void> => {
      const next = (writing ?? Promise.resolve()).then(writeWaiting).finally(() => {
        if (writing === next) writing = null;
      });
      writing = next;
      return next;
    },
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
