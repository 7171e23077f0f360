import { changeLine, lookupLine } from './shell.ts';
import type { Change, GraphStep, ShellLookup, Step } from './step.ts';

/** "Least privileged roles by task": registrations, and consent to anything but Microsoft Graph's application permissions. */
export const APPLICATION_ADMINISTRATOR = 'Cloud Application Administrator';
/** The same page: consent to application permissions of Microsoft Graph. */
export const CONSENTING_ADMINISTRATOR = 'Privileged Role Administrator';

interface EntraStep extends Pick<Step, 'what' | 'why' | 'note'>, GraphStep {
  /** Null: another step's undo takes it along. */
  undo: { lookups: ShellLookup[]; changes: Change[] } | null;
}

/** A step whose commands and whose calls are made of the same words. */
export function entraStep({ what, why, note, undo, ...graph }: EntraStep): Step {
  return {
    role: 'entra',
    shell: 'bash',
    what,
    why,
    ...(note === undefined ? {} : { note }),
    commands: [
      ...[...graph.lookups, ...(graph.changeLookups ?? [])].map(lookupLine),
      changeLine(graph.change),
    ],
    undo: undo === null ? [] : [...undo.lookups.map(lookupLine), ...undo.changes.map(changeLine)],
    graph,
  };
}
