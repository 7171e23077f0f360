/** One thing that was looked at. `off`: not used by this installation. */
export interface SelfCheck {
  name: 'permissions' | 'settings' | 'clock' | 'storage' | 'vault' | 'channel' | 'timer' | 'checks';
  status: 'ok' | 'warning' | 'failed' | 'off';
  /** What was seen. */
  what: string;
  /** Why it matters; null where all is well. */
  why: string | null;
  /** What to do, exactly. */
  fix: string | null;
}

/** Nothing to do. */
export function well(name: SelfCheck['name'], what: string): SelfCheck {
  return { name, status: 'ok', what, why: null, fix: null };
}
