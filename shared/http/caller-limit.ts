import type { Clock } from '../clock.ts';

/** How often somebody may ask, in this process: each instance counts for itself. */
export interface CallerLimit {
  /** Counts one request of somebody: 0 where it is within the limit, else the seconds after which the next one is. */
  take(caller: string): number;
}

export interface CallerLimitDeps {
  /** What flows back in a minute, and what may come at once after a pause. */
  perMinute: number;
  clock: Pick<Clock, 'now'>;
}

interface Bucket {
  left: number;
  atMs: number;
}

const MINUTE_MS = 60_000;
/** Callers are known by then (keys and entries of connections), so these are real ones. */
const MAX_BUCKETS = 10_000;

/** A token bucket for each caller. A request that is refused costs nothing. */
export function callerLimit({ perMinute, clock }: CallerLimitDeps): CallerLimit {
  const buckets = new Map<string, Bucket>();
  const levelOf = ({ left, atMs }: Bucket, nowMs: number) =>
    Math.min(perMinute, left + (Math.max(0, nowMs - atMs) * perMinute) / MINUTE_MS);
  return {
    take: (caller) => {
      const nowMs = clock.now().getTime();
      const bucket = buckets.get(caller);
      const level = bucket === undefined ? perMinute : levelOf(bucket, nowMs);
      if (level < 1) return Math.ceil(((1 - level) * MINUTE_MS) / perMinute / 1_000);
      if (bucket === undefined) {
        if (buckets.size >= MAX_BUCKETS)
          dropFull(buckets, (one) => levelOf(one, nowMs) >= perMinute);
        buckets.set(caller, { left: level - 1, atMs: nowMs });
      } else Object.assign(bucket, { left: level - 1, atMs: nowMs });
      return 0;
    },
  };
}

/** Forgets whoever has nothing to wait for; a full bucket and none are the same. */
function dropFull(buckets: Map<string, Bucket>, isFull: (bucket: Bucket) => boolean): void {
  for (const [caller, bucket] of buckets) if (isFull(bucket)) buckets.delete(caller);
}
