import { z } from 'zod';
import { AppError } from '../errors.ts';

/** The numbers of walk.ts, as they are kept. */
const countsSchema = z.object({
  applications: z.number(),
  servicePrincipals: z.number(),
  credentials: z.number(),
  expired: z.number(),
  expiring: z.number(),
  ok: z.number(),
  notYetValid: z.number(),
  neverExpires: z.number(),
  unknownExpiry: z.number(),
  selfRenewing: z.number(),
});

/**
 * One check of one tenant (design §5, `GET /api/checks/{runId}`). `failed`: the applications list gave nothing because
 * of an error. `partial`: something else was not read to its end. "Nothing found" may be said only by a `complete` run
 * without reasons: a complete one has reasons when its population shrank, or when owners came without a name.
 */
export const runSchema = z.object({
  runId: z.string(),
  nightId: z.string(),
  tenantId: z.string(),
  /** What the organization calls itself; null where that may not be read. */
  tenantName: z.string().nullable(),
  status: z.enum(['queued', 'running', 'complete', 'partial', 'failed']),
  /** Read to its end, and not believed: it saw nothing, or far less than the last one. */
  suspicious: z.boolean().default(false),
  /** Sentences that an admin can act on. */
  reasons: z.array(z.string()),
  counts: countsSchema.nullable(),
  /** What was read of each list, and whether that was all of it. */
  coverage: z.record(z.string(), z.object({ read: z.number(), complete: z.boolean() })),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
});
export type Run = z.infer<typeof runSchema>;

/** True once a run will not change any more. */
export function isEnded({ status }: Run): boolean {
  return status !== 'queued' && status !== 'running';
}

/** A run before anybody has started on it. */
export function queuedRun(nightId: string, tenantId: string): Run {
  return {
    runId: `${nightId}.${tenantId}`,
    nightId,
    tenantId,
    tenantName: null,
    status: 'queued',
    suspicious: false,
    reasons: [],
    counts: null,
    coverage: {},
    startedAt: null,
    endedAt: null,
  };
}

/** Where a run is kept; null for a text that is no run id (it may come from a URL). */
export function partsOfRunId(runId: string): { nightId: string; tenantId: string } | null {
  const [, nightId, tenantId] =
    /^(\d{8}T\d{6}Z-[\da-f]{4})\.([a-z\d][a-z\d.-]{0,99})$/.exec(runId) ?? [];
  return nightId === undefined || tenantId === undefined ? null : { nightId, tenantId };
}

const SUFFIXES = 0x1_00_00;

/**
 * `20261125T020000Z-3f9c`: sorts by time, and two nights of one second differ. `taken` says how many ids of this second
 * turned out to be taken.
 */
export function newNightId(now: Date, random: () => number, taken = 0): string {
  const suffix = (Math.floor(random() * SUFFIXES) + taken) % SUFFIXES;
  return `${nightInstant(now)}-${suffix.toString(16).padStart(4, '0')}`;
}

/** `20261125T020000Z`: an instant as it stands in night ids, to the second. */
export function nightInstant(instant: Date): string {
  return instant.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
}

/** The instant that an id of a night, or of one of its runs, begins with; null for what is no such id. */
export function instantOfNight(id: string | null | undefined): string | null {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(id ?? '') ?? [];
  return y === undefined ? null : `${y}-${mo}-${d}T${h}:${mi}:${s}Z`;
}

/** A tenant's id as it stands in keys and run ids. Throws `bad_request` for what is neither a GUID nor a domain. */
export function tenantKey(tenantId: string): string {
  const key = tenantId.trim().toLowerCase();
  if (/^[a-z\d][a-z\d.-]{0,99}$/.test(key)) return key;
  throw new AppError('bad_request', 'A tenant is named by its id (a GUID) or a domain.');
}
