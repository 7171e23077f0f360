/** What the parent asks of a host process. Every message with an id is answered by {type:'answer', id}. */
export type ToHost =
  | { type: 'setClock'; id: number; offsetMs: number }
  | { type: 'timers'; id: number; active: boolean }
  | { type: 'runDueTimers'; id: number }
  | { type: 'settle'; id: number }
  | { type: 'stop'; id: number }
  /** Comes with a socket: a connection that the parent accepted. */
  | { type: 'connection' };

export type FromHost =
  | { type: 'ready'; functions: string[] }
  | { type: 'failed'; faults: string[] }
  | { type: 'answer'; id: number; activity: Activity | null };

/** `busy`: an invocation runs. `count` grows with every invocation, so that equal counts mean "nothing happened". */
export interface Activity {
  busy: boolean;
  count: number;
}

/** How a host process is told what to be (its one argument, as JSON). */
export interface HostOptions {
  /** Folder with package.json and host.json. */
  appDirectory: string;
  masterKey: string;
  cloudPort: number;
  /** Print what functions log below warning. */
  verbose: boolean;
}
