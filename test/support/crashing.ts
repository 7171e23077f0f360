import type { AlertMessage, Notifier } from '../../shared/alerts/notifier.ts';
import type { Queue } from '../../shared/storage/queue.ts';
import type { OpenTable, Table } from '../../shared/storage/table.ts';

/** What a call on a dead process throws. */
export class Crash extends Error {}

export interface Crashing {
  /** The process dies at the nth write from now on: before it takes effect, or right after. */
  arm(nthWrite: number, when: 'before' | 'after'): void;
  /** A new process: calls work again, nothing is armed. */
  restart(): void;
  readonly isDead: boolean;
  /** Writes that took effect since the beginning. */
  readonly writes: number;
  tables(open: OpenTable): OpenTable;
  queue<T>(queue: Queue<T>): Queue<T>;
  notifier(notifier: Notifier): Notifier;
}

/** Stands between code and everything that outlives it, and stops the world at a chosen write. */
export function crashing(): Crashing {
  let armed: { at: number; when: 'before' | 'after' } | null = null;
  let sinceArmed = 0;
  let writes = 0;
  let dead = false;

  const die = (): never => {
    dead = true;
    throw new Crash('the process has died');
  };
  const alive = (): void => {
    if (dead) die();
  };
  const write = async <T>(call: () => Promise<T>): Promise<T> => {
    alive();
    const isLast = armed !== null && (sinceArmed += 1) === armed.at;
    if (isLast && armed?.when === 'before') die();
    const result = await call();
    writes += 1;
    if (isLast) die();
    // Somebody else's call may have stopped the process while this one was on its way.
    alive();
    return result;
  };

  const table = <T>(inner: Table<T>): Table<T> => ({
    get: async (...key) => {
      alive();
      return inner.get(...key);
    },
    insert: (...args) => write(() => inner.insert(...args)),
    put: (...args) => write(() => inner.put(...args)),
    replace: (...args) => write(() => inner.replace(...args)),
    remove: (...args) => write(() => inner.remove(...args)),
    list: async function* (...args) {
      alive();
      yield* inner.list(...args);
    },
    all: async function* () {
      alive();
      yield* inner.all();
    },
  });

  return {
    arm: (at, when) => {
      armed = { at, when };
      sinceArmed = 0;
    },
    restart: () => {
      armed = null;
      dead = false;
    },
    get isDead() {
      return dead;
    },
    get writes() {
      return writes;
    },
    tables: (open) => (name, schema) => table(open(name, schema)),
    queue: (inner) => ({ send: (...args) => write(() => inner.send(...args)) }),
    notifier: (inner) => ({
      ...inner,
      send: (message: AlertMessage) => write(() => inner.send(message)),
    }),
  };
}
