import { AppError } from '../../shared/errors.ts';
import type { MemoryQueue } from '../../shared/storage/memory-queue.ts';
import type { OpenTable, Table } from '../../shared/storage/table.ts';

/** A storage service that has a bad night. */
export interface Trouble {
  tables(open: OpenTable): OpenTable;
  /** A queue that delivers out of order and now and then twice. */
  queue<T>(queue: MemoryQueue<T>): MemoryQueue<T>;
  /** How many calls got what they should not have got. */
  readonly faults: number;
  /** The services are well from now on. */
  end(): void;
}

export interface TroubleOptions {
  /** Between 0 and 1. */
  random: () => number;
  /** Share of the calls that go wrong. */
  share: number;
}

/**
 * Calls fail as those of Azure Storage do: a 500 before anything happened; a 500 after the write took effect; and, where
 * the SDK tried that one again by itself, the 409 or 412 that the second try meets because of the first.
 */
export function troubled({ random, share }: TroubleOptions): Trouble {
  let faults = 0;
  let isOver = false;
  const strikes = (one: number): boolean => {
    if (isOver || random() >= one) return false;
    faults += 1;
    return true;
  };
  const refuse = (): never => {
    throw new AppError('storage_unavailable', 'The table did not answer (500).');
  };
  const read = async <T>(call: () => Promise<T>): Promise<T> =>
    strikes(share) ? refuse() : call();
  const write = async <T>(call: () => Promise<T>, again?: T): Promise<T> => {
    if (strikes(share)) refuse();
    const result = await call();
    if (strikes(share)) refuse();
    // 409 or 412: somebody wrote that already, namely this very call.
    return again !== undefined && strikes(share) ? again : result;
  };
  const table = <T>(inner: Table<T>): Table<T> => ({
    get: (...args) => read(() => inner.get(...args)),
    insert: (...args) => write(() => inner.insert(...args), false),
    put: (...args) => write(() => inner.put(...args)),
    replace: (...args) => write(() => inner.replace(...args), false),
    remove: (...args) => write(() => inner.remove(...args)),
    list: async function* (...args) {
      for await (const row of inner.list(...args)) {
        if (strikes(share / 4)) refuse();
        yield row;
      }
    },
    all: async function* () {
      for await (const row of inner.all()) {
        if (strikes(share / 4)) refuse();
        yield row;
      }
    },
  });
  return {
    get faults() {
      return faults;
    },
    end: () => {
      isOver = true;
    },
    tables: (open) => (name, schema) => table(open(name, schema)),
    queue: (inner) => ({
      get length() {
        return inner.length;
      },
      send: async (message, delaySeconds) => {
        await write(() => inner.send(message, delaySeconds));
        if (strikes(share)) await inner.send(message, delaySeconds);
      },
      take: () => {
        const first = inner.take();
        if (first === null || isOver || random() < 0.5) return first;
        // To the end with it: whatever comes next overtakes it.
        const second = inner.take();
        void inner.send(first);
        return second ?? inner.take();
      },
    }),
  };
}
