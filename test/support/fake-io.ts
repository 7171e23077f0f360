import type { Io } from '../../cli/io.ts';

export interface FakeIo extends Io {
  readonly stdout: string;
  readonly stderr: string;
}

interface FakeIoOptions {
  now?: string;
  stdin?: string | Uint8Array;
  columns?: number | null;
  env?: Record<string, string>;
  /** Answers calls to an installation; without it nothing answers. */
  fetch?: Io['fetch'];
}

/** A process that keeps what a command writes. Stands at 2026-12-20 unless told otherwise; sleeping turns its clock. */
export function fakeIo(options: FakeIoOptions = {}): FakeIo {
  const written = { out: '', err: '' };
  let nowMs = new Date(options.now ?? '2026-12-20T00:00:00Z').getTime();
  return {
    get stdout() {
      return written.out;
    },
    get stderr() {
      return written.err;
    },
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    readInput: () => Promise.resolve(Buffer.from(options.stdin ?? '')),
    now: () => new Date(nowMs),
    sleep: async (ms) => {
      nowMs += ms;
    },
    fetch: options.fetch ?? (() => Promise.reject(new TypeError('fetch failed'))),
    env: options.env ?? {},
    columns: options.columns ?? null,
    isWatched: false,
  };
}
