import type { Clock } from '../../shared/clock.ts';

export interface FakeClock extends Clock {
  advance(ms: number): void;
  set(instant: string): void;
  /** Every wait that was asked for, in milliseconds. */
  readonly slept: number[];
}

/** A clock that stands still until it is turned; waiting on it takes no time and moves it on. */
export function fakeClock(start: string): FakeClock {
  let nowMs = Date.parse(start);
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(nowMs),
    sleep: async (ms) => {
      slept.push(ms);
      nowMs += ms;
    },
    advance: (ms) => {
      nowMs += ms;
    },
    set: (instant) => {
      nowMs = Date.parse(instant);
    },
  };
}
