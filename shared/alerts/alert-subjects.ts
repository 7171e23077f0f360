import { z } from 'zod';
import { tenantKey } from '../checks/run.ts';
import { AppError } from '../errors.ts';
import type { OpenTable } from '../storage/table.ts';
import { warningSchema, type Warning } from './alert-item.ts';
import { hashOf, partitionOf, rowOf, type Destination } from './ledger-keys.ts';
import { reasonSchema, type Reason } from './reasons.ts';

/** Somebody who was to be warned, and the last row of the ledger that says so. */
const warnedSchema = z.object({
  channel: z.string(),
  address: z.string(),
  scope: z.string(),
  reason: reasonSchema,
  /** Of the ledger. */
  partition: z.string(),
  row: z.string(),
  /** True once there is nothing left to tell about the end of the matter. */
  isSettled: z.boolean(),
});

export type Warned = z.infer<typeof warnedSchema>;

/**
 * What people were warned about, and who: one per finding and end date, so that whoever was warned hears of its end.
 * `episode` counts how often it was over and came back; each has warnings of its own.
 */
const subjectSchema = z.object({
  tenantId: z.string(),
  findingId: z.string(),
  expiresAt: z.string().nullable(),
  state: z.enum(['warned', 'done']),
  how: z.enum(['replaced', 'gone', 'renewed']).nullable(),
  doneAt: z.string().nullable(),
  isRechecked: z.boolean(),
  episode: z.number(),
  warned: z.array(warnedSchema),
  /** What the last warning said. */
  item: warningSchema,
});

export type AlertSubject = z.infer<typeof subjectSchema>;

interface SubjectKey {
  tenantId: string;
  findingId: string;
  expiresAt: string | null;
}

export interface AlertSubjects {
  ofTenant(tenantId: string): Promise<AlertSubject[]>;
  /** Writes what `change` makes of it, until nobody interferes; null leaves it. Gives back what is kept then. */
  change(
    key: SubjectKey,
    change: (current: AlertSubject | null) => AlertSubject | null,
  ): Promise<AlertSubject | null>;
}

const MAX_TRIES = 20;

/** Subjects over table `alertsubjects`, partition = tenant. */
export function createAlertSubjects(openTable: OpenTable): AlertSubjects {
  const table = openTable('alertsubjects', subjectSchema);
  return {
    ofTenant: async (tenantId) => {
      const found: AlertSubject[] = [];
      for await (const { value } of table.list(tenantKey(tenantId))) found.push(value);
      return found;
    },
    change: async (key, change) => {
      const partition = tenantKey(key.tenantId);
      const row = subjectRow(key);
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const current = await table.get(partition, row);
        const next = change(current?.value ?? null);
        if (next === null) return current?.value ?? null;
        const isWritten =
          current === null
            ? await table.insert(partition, row, next)
            : await table.replace(current, next);
        if (isWritten) return next;
      }
      throw new AppError('conflict', 'What was warned about is being changed by too many at once.');
    },
  };
}

/** Names a subject among those of its tenant. */
export function subjectRow({ findingId, expiresAt }: Omit<SubjectKey, 'tenantId'>): string {
  return hashOf([findingId, expiresAt ?? '']);
}

/** The kind under which a warning stands in the ledger: by episode, and by what else sets it apart (muting.ts). */
export function warningKind(episode: number, round: string | null): string {
  if (episode === 0) return round === null ? 'ends' : hashOf(['ends', round]);
  return hashOf(['ends', String(episode), round ?? '']);
}

interface ToWarn {
  destinations: readonly (Destination & { reason: Reason })[];
  roundOf: (destination: Destination) => string | null;
}

/**
 * Notes, before anything is planned, who is to be warned now. What was over and needs somebody again begins another
 * episode, so that the stage that was told before is told anew. Gives back the episode.
 */
export async function noteWarned(
  subjects: AlertSubjects,
  item: Warning,
  { destinations, roundOf }: ToWarn,
): Promise<number> {
  const kept = await subjects.change(item, (current) => {
    const isBack = current?.state === 'done';
    const episode = current === null ? 0 : current.episode + (isBack ? 1 : 0);
    const before = current === null || isBack ? [] : current.warned;
    const now = destinations.map((destination) =>
      warnedAt(item, destination, warningKind(episode, roundOf(destination))),
    );
    if (current !== null && !isBack && areAmong(before, now)) return null;
    return {
      tenantId: item.tenantId,
      findingId: item.findingId,
      expiresAt: item.expiresAt,
      state: 'warned',
      how: null,
      doneAt: null,
      isRechecked: false,
      episode,
      warned: withLatest(before, now),
      item,
    };
  });
  return kept?.episode ?? 0;
}

/**
 * Notes that others get the warning of this episode in place of somebody, so that they hear of its end as well, even of
 * one that came before the warning did. A later episode has warned them, or not, by itself.
 */
export async function noteWarnedInstead(
  subjects: AlertSubjects,
  item: Warning,
  destinations: ToWarn['destinations'],
): Promise<void> {
  const now = destinations.map((destination) =>
    warnedAt(item, destination, warningKind(item.episode, null)),
  );
  await subjects.change(item, (current) =>
    current?.episode !== item.episode || areAmong(current.warned, now)
      ? null
      : { ...current, warned: withLatest(current.warned, now) },
  );
}

function areAmong(known: readonly Warned[], wanted: readonly Warned[]): boolean {
  return wanted.every(({ partition, row }) =>
    known.some((one) => one.partition === partition && one.row === row),
  );
}

/** Of each recipient, the last warning. */
function withLatest(before: readonly Warned[], now: readonly Warned[]): Warned[] {
  const others = before.filter(({ partition }) => !now.some((one) => one.partition === partition));
  return [...others, ...now];
}

function warnedAt(
  item: Warning,
  { channel, address, scope, reason }: Destination & { reason: Reason },
  kind: string,
): Warned {
  const partition = partitionOf({ channel, address, scope });
  const row = rowOf({ ...item, kind });
  return { channel, address, scope, reason, partition, row, isSettled: false };
}
