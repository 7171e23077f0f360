import { AppError } from '../../shared/errors.ts';
import type { GraphAccess } from './graph-access.ts';
import { jsonText } from './shell.ts';
import type { Change, GraphJson, GraphStep, Step } from './step.ts';

/** How far a step is. */
export type StepState =
  | { kind: 'done' }
  | { kind: 'open' }
  /** Somebody else comes first. */
  | { kind: 'waits'; until: string }
  /** Nothing shows it from here. */
  | { kind: 'unseen' }
  | { kind: 'failed'; because: string };

export interface LookedAt {
  step: Step;
  state: StepState;
}

/** Looks how far steps are, one after the other: nothing is changed. */
export async function lookAt(steps: readonly Step[], graph: GraphAccess): Promise<LookedAt[]> {
  const seen: LookedAt[] = [];
  for (const step of steps) seen.push({ step, state: await stateOf(step, graph) });
  return seen;
}

/**
 * Does what is not done yet, in order. A step that waits or fails stops none that does not need it: whoever comes next
 * runs the same again.
 */
export async function makeAll(
  steps: readonly Step[],
  graph: GraphAccess,
  tell: (step: Step, state: StepState, wasOpen: boolean) => void,
): Promise<LookedAt[]> {
  const made: LookedAt[] = [];
  for (const step of steps) {
    const before = await stateOf(step, graph);
    const wasOpen = before.kind === 'open';
    const state = wasOpen && step.graph !== undefined ? await make(step.graph, graph) : before;
    tell(step, state, wasOpen);
    made.push({ step, state });
  }
  return made;
}

async function stateOf({ graph: step }: Step, graph: GraphAccess): Promise<StepState> {
  if (step === undefined) return { kind: 'unseen' };
  try {
    const ids = await idsFor(step, graph);
    if (ids.waitsFor !== null) return { kind: 'waits', until: ids.waitsFor };
    const answer = await graph.get(filled(step.present.path, ids.found));
    const isDone = answer !== null && step.present.isDone(answer, ids.found);
    return { kind: isDone ? 'done' : 'open' };
  } catch (error) {
    return failed(error, step);
  }
}

async function make(step: GraphStep, graph: GraphAccess): Promise<StepState> {
  try {
    const lookups = [...step.lookups, ...(step.changeLookups ?? [])];
    const ids = await idsFor({ lookups }, graph);
    if (ids.waitsFor !== null) return { kind: 'waits', until: ids.waitsFor };
    await graph.change(filledChange(step.change, ids.found));
    return { kind: 'done' };
  } catch (error) {
    return failed(error, step);
  }
}

function failed(error: unknown, { needs }: GraphStep): StepState {
  if (!(error instanceof AppError)) throw error;
  const hint =
    error.code === 'permission_missing'
      ? ` It takes the directory role ${needs} (or Global Administrator): let somebody who has it run the same.`
      : '';
  return { kind: 'failed', because: `${error.message}${hint}` };
}

interface Ids {
  found: Map<string, string>;
  /** What has to be made first; null where everything is there. */
  waitsFor: string | null;
}

async function idsFor({ lookups }: Pick<GraphStep, 'lookups'>, graph: GraphAccess): Promise<Ids> {
  const found = new Map<string, string>();
  for (const { variable, path, pick, madeBy } of lookups) {
    const answer = await graph.get(filled(path, found));
    const id = answer === null ? null : pick(answer, found);
    if (id === null) return { found, waitsFor: madeBy };
    // It goes into paths and texts: nothing in it may end them.
    if (!variable.endsWith('_JSON') && !/^[\w-]+$/.test(id)) throw notAnId(variable);
    found.set(variable, id);
  }
  return { found, waitsFor: null };
}

function notAnId(variable: string): AppError {
  return new AppError(
    'directory_unavailable',
    `Microsoft Graph gave no usable id for ${variable}.`,
  );
}

function filled(text: string, ids: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{([A-Z_]+)\}/g, (whole, name: string) => ids.get(name) ?? whole);
}

function filledChange(change: Change, ids: ReadonlyMap<string, string>): Change {
  const path = filled(change.path, ids);
  if (change.body === undefined) return { ...change, path };
  const body = JSON.parse(filled(jsonText(change.body), ids)) as GraphJson;
  return { ...change, path, body };
}
