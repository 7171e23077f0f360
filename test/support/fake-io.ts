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
}

/** A process that keeps what a command writes. Stands at 2026-12-20 unless told otherwise. */
export function fakeIo(options: FakeIoOptions = {}): FakeIo {
  const written = { out: '', err: '' };
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
    now: () => new Date(options.now ?? '2026-12-20T00:00:00Z'),
    env: options.env ?? {},
    columns: options.columns ?? null,
    isWatched: false,
  };
}
