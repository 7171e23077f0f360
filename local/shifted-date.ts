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
    // The two usual ways, an instant and now, without the detour that a subclass needs: it takes three times as long.
    if (new.target === LocalDate) {
      if (parts.length === 0) return new MachineDate(now());
      if (parts.length === 1) return new MachineDate(parts[0] as Date | number | string);
    }
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
