import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { OpenTable } from '../storage/table.ts';
import type { AlertMode } from './scopes.ts';

/** How far alerts go, and who said so. */
interface ModeState {
  mode: AlertMode;
  /** `setting`: KEYTURN_ALERTS; `api`: somebody switched it since. */
  source: 'setting' | 'api';
  /** Null while the setting decides. */
  switchedAt: string | null;
  switchedBy: string | null;
}

/**
 * The mode in force. KEYTURN_ALERTS is where an installation starts; an admin may switch it without a deployment. The
 * last word counts: a setting that was changed after the switch is in force again.
 */
export interface AlertModeStore {
  /** At most 30 seconds old. Throws `storage_unavailable`. */
  current: () => Promise<AlertMode>;
  state(): Promise<ModeState>;
  /** Throws `conflict` for a mode that has nobody to send to, or no way to do it. */
  switchTo(mode: AlertMode, by: string): Promise<ModeState>;
}

export interface AlertModeDeps {
  openTable: OpenTable;
  clock: Pick<Clock, 'now'>;
  /** KEYTURN_ALERTS. */
  setting: AlertMode;
  /** The ways to people that are set up. */
  channels: readonly string[];
  operations: readonly string[];
}

export function alertModeStore(deps: AlertModeDeps): AlertModeStore {
  const table = deps.openTable('alertmode', switchSchema);
  let readAtMs = Number.NEGATIVE_INFINITY;
  let known: Promise<ModeState> | null = null;
  const read = async () => stateOf((await table.get(PARTITION, ROW))?.value ?? null, deps.setting);
  const remember = (state: Promise<ModeState>) => {
    readAtMs = deps.clock.now().getTime();
    known = state;
    // A failure is not remembered.
    state.catch(() => {
      if (known === state) known = null;
    });
    return state;
  };
  const cached = () =>
    known !== null && deps.clock.now().getTime() - readAtMs < CACHED_MS ? known : remember(read());
  return {
    current: async () => (await cached()).mode,
    state: () => remember(read()),
    switchTo: async (mode, by) => {
      refuseImpossible(mode, deps);
      const at = deps.clock.now().toISOString();
      const row = { mode, over: deps.setting, at, by };
      await table.put(PARTITION, ROW, row);
      return remember(Promise.resolve(stateOf(row, deps.setting)));
    },
  };
}

const modeSchema = z.enum(['preview', 'operations', 'live']);

const switchSchema = z.object({
  mode: modeSchema,
  /** What KEYTURN_ALERTS said when it was switched. */
  over: modeSchema,
  at: z.iso.datetime(),
  by: z.string(),
});

const PARTITION = 'alerts';
const ROW = 'mode';
/** Security rule 8: what decides is cached that long at most. */
const CACHED_MS = 30_000;

function stateOf(row: z.infer<typeof switchSchema> | null, setting: AlertMode): ModeState {
  if (row === null || row.over !== setting) {
    return { mode: setting, source: 'setting', switchedAt: null, switchedBy: null };
  }
  return { mode: row.mode, source: 'api', switchedAt: row.at, switchedBy: row.by };
}

function refuseImpossible(mode: AlertMode, { channels, operations }: AlertModeDeps): void {
  if (mode === 'preview') return;
  if (channels.length === 0) {
    throw new AppError(
      'conflict',
      `Alerts cannot be ${mode}: there is no way to send them. Set KEYTURN_MAIL_FROM first.`,
    );
  }
  if (mode === 'operations' && operations.length === 0) {
    throw new AppError(
      'conflict',
      'Alerts cannot go to operations, which is nobody. Set KEYTURN_OPERATIONS_RECIPIENTS first.',
    );
  }
}
