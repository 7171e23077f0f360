import type { SetupRole } from './wanted.ts';

/** Something to be done once, by one person, that can be taken back. */
export interface Step {
  role: SetupRole;
  what: string;
  why: string;
  /** The language of its commands. */
  shell: 'bash' | 'powershell';
  commands: string[];
  undo: string[];
  /** What to know before or after. */
  note?: string;
  /** For what Microsoft Graph can look at and make. */
  graph?: GraphStep;
}

/** Answers of Graph, before anybody looked at their shape. */
export type GraphJson = Record<string, unknown>;

/** An id that others need, found by a call. `{NAME}` in a path or body stands for it. */
export interface ShellLookup {
  variable: string;
  path: string;
  /** What of the answer, for `az rest --query` (JMESPath). */
  query: string;
}

/** One that we look up ourselves. */
export interface Lookup extends ShellLookup {
  /** The same as the query. Null: not there (yet). */
  pick: (answer: GraphJson, ids: ReadonlyMap<string, string>) => string | null;
  /** Who has to make it first, when it is not there. */
  madeBy: string;
}

/** One change of the directory. */
export interface Change {
  method: 'PATCH' | 'POST' | 'DELETE';
  path: string;
  body?: GraphJson;
  /** "create-if-missing": it may be done again. */
  isUpsert?: boolean;
}

export interface GraphStep {
  lookups: Lookup[];
  /** Whether it is done already; a 404 says no. */
  present: {
    path: string;
    isDone: (answer: GraphJson, ids: ReadonlyMap<string, string>) => boolean;
  };
  /** Found when it is to be changed; the ids above are for looking, too. */
  changeLookups?: Lookup[];
  change: Change;
  /** The directory role that it takes, for a refusal. */
  needs: string;
}
