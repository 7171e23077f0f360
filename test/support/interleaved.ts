import type { OpenTable, Table } from '../../shared/storage/table.ts';

/** Tables whose every call takes a random while, so that two tasks meet in another order for each seed. */
export function interleaved(open: OpenTable, random: () => number): OpenTable {
  const pause = async (): Promise<void> => {
    for (let left = Math.floor(random() * 6); left > 0; left -= 1) await Promise.resolve();
  };
  /** On the way there and on the way back. */
  const slow = async <T>(call: () => Promise<T>): Promise<T> => {
    await pause();
    const result = await call();
    await pause();
    return result;
  };
  const table = <T>(inner: Table<T>): Table<T> => ({
    get: (...args) => slow(() => inner.get(...args)),
    insert: (...args) => slow(() => inner.insert(...args)),
    put: (...args) => slow(() => inner.put(...args)),
    replace: (...args) => slow(() => inner.replace(...args)),
    remove: (...args) => slow(() => inner.remove(...args)),
    list: async function* (...args) {
      for await (const row of inner.list(...args)) {
        await pause();
        yield row;
      }
    },
    all: async function* () {
      for await (const row of inner.all()) {
        await pause();
        yield row;
      }
    },
  });
  return (name, schema) => table(open(name, schema));
}
