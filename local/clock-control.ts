import { durationMs } from './duration.ts';

/** The local cloud's clock and its control; the two calls of `POST /_control/clock` (design §9). */
export interface ClockControl {
  /** Sets the clock to an ISO instant. Throws RangeError for anything else. */
  set(iso: string): Promise<void>;
  /** Moves the clock on by an ISO 8601 duration; `PT0S` only waits. Throws RangeError for anything else. */
  advance(duration: string): Promise<void>;
}

export interface LocalClock {
  now: () => Date;
  offsetMs: () => number;
  control: ClockControl;
}

interface LocalClockDeps {
  /** The machine's clock. */
  machineNow: () => number;
  /** Brings every process to the new offset, runs what became due and waits until nothing happens. */
  apply: (offsetMs: number) => Promise<void>;
}

/** A clock that ticks with the machine's and can be moved; moves are carried out one after another. */
export function createLocalClock(
  startIso: string | null,
  { machineNow, apply }: LocalClockDeps,
): LocalClock {
  let offsetMs = startIso === null ? 0 : instant(startIso) - machineNow();
  let last: Promise<void> = Promise.resolve();
  const move = (target: () => number): Promise<void> => {
    const moved = last.then(() => {
      offsetMs = target();
      return apply(offsetMs);
    });
    last = moved.catch(() => undefined);
    return moved;
  };
  return {
    now: () => new Date(machineNow() + offsetMs),
    offsetMs: () => offsetMs,
    control: {
      async set(iso) {
        const targetMs = instant(iso);
        await move(() => targetMs - machineNow());
      },
      async advance(duration) {
        const byMs = durationMs(duration);
        if (byMs === null)
          throw new RangeError(`"${duration}" is not an ISO 8601 duration such as PT24H or P60D`);
        await move(() => offsetMs + byMs);
      },
    },
  };
}

/** Milliseconds of an ISO instant; throws RangeError. A date alone is 00:00 UTC. */
export function instant(iso: string): number {
  const shape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;
  const ms = shape.test(iso) ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(ms))
    throw new RangeError(`"${iso}" is not an ISO instant such as 2026-11-01T08:00:00Z`);
  return ms;
}
