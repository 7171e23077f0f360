/** The process's clock, moved against the machine's by a number of milliseconds. */
export interface ShiftedDate {
  /** Makes `Date` differ from the machine's clock by this much, from now on. */
  setOffset(offsetMs: number): void;
}

/**
 * Replaces the global `Date` by one that can be moved. Everything else of it stays: `instanceof` holds for dates of
 * either kind, and timers (setTimeout) run in the machine's time.
 */
export function installShiftedDate(initialOffsetMs: number): ShiftedDate {
  const MachineDate = Date;
  let offsetMs = initialOffsetMs;
  const now = () => MachineDate.now() + offsetMs;

  function LocalDate(...parts: unknown[]): unknown {
    if (new.target === undefined) return new MachineDate(now()).toString();
    return Reflect.construct(MachineDate, parts.length === 0 ? [now()] : parts, new.target);
  }
  // One prototype for both, so that a Date made by Node itself is an instance of the new one.
  LocalDate.prototype = MachineDate.prototype;
  Object.defineProperty(LocalDate, 'name', { value: 'Date' });
  Object.defineProperty(LocalDate, 'length', { value: 7 });
  Object.assign(LocalDate, { now, parse: MachineDate.parse, UTC: MachineDate.UTC });
  MachineDate.prototype.constructor = LocalDate;
  globalThis.Date = LocalDate as unknown as DateConstructor;
  return {
    setOffset(ms) {
      offsetMs = ms;
    },
  };
}
