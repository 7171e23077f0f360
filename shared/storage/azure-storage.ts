import { AppError } from '../errors.ts';

export interface EnsuredClient<C> {
  /** Runs one operation, creating the table or queue first when this process has not yet. */
  run<R>(operation: (client: C) => Promise<R>): Promise<R>;
  /** The same for a paged answer. */
  pages<P>(open: (client: C) => AsyncIterable<P>): AsyncIterable<P>;
}

interface EnsuredOptions<C> {
  /** For people: "table runs". */
  what: string;
  connect: () => C;
  /** Must not fail when it exists already. */
  create: (client: C) => Promise<unknown>;
  /** What the service says when the table or queue is not there. */
  goneCode: string;
}

/**
 * A storage client that is made, and whose table or queue is created, on first use. Every failure of the service
 * becomes AppError `storage_unavailable`; the SDK's text goes to `cause` only, since it can quote addresses and headers.
 */
export function ensuredClient<C>(options: EnsuredOptions<C>): EnsuredClient<C> {
  let ready: Promise<C> | null = null;
  const forget = () => {
    ready = null;
  };
  const client = () => {
    ready ??= createdBy(options).catch((error: unknown) => {
      forget();
      throw error;
    });
    return ready;
  };

  async function run<R>(operation: (client: C) => Promise<R>): Promise<R> {
    try {
      return await operation(await client());
    } catch (error) {
      if (codeOf(error) !== options.goneCode) throw unavailable(options.what, error);
    }
    // Somebody removed it while we ran, or the local storage began anew: once more, from its creation.
    forget();
    try {
      return await operation(await client());
    } catch (error) {
      throw unavailable(options.what, error);
    }
  }

  async function* pages<P>(open: (client: C) => AsyncIterable<P>): AsyncIterable<P> {
    const iterator = open(await run(async (ensured) => ensured))[Symbol.asyncIterator]();
    for (;;) {
      const page = await iterator.next().catch((error: unknown) => {
        throw unavailable(options.what, error);
      });
      if (page.done === true) return;
      yield page.value;
    }
  }

  return { run, pages };
}

/** Turns the answer with this status into a value; everything else is thrown on. "Not there" must not hide "no table". */
export function ignoring<V>(status: number, value: V): (error: unknown) => V {
  return (error) => {
    if (statusOf(error) !== status || /(Table|Container)NotFound$/.test(codeOf(error))) throw error;
    return value;
  };
}

/** The HTTP status that a storage SDK's error carries, or null. */
function statusOf(error: unknown): number | null {
  const status = memberOf(error, 'statusCode');
  return typeof status === 'number' ? status : null;
}

async function createdBy<C>({ connect, create }: EnsuredOptions<C>): Promise<C> {
  const client = connect();
  await create(client);
  return client;
}

/** data-tables puts the service's code into `details.odataError.code` (and sometimes `code`), storage-queue into `code`. */
function codeOf(error: unknown): string {
  const details = memberOf(error, 'details');
  const odataError = memberOf(details, 'odataError');
  const found = [
    memberOf(odataError, 'code'),
    memberOf(details, 'errorCode'),
    memberOf(error, 'code'),
  ];
  return found.find((code): code is string => typeof code === 'string') ?? '';
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Reflect.get(value, name);
}

function unavailable(what: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError('storage_unavailable', sentence(what, statusOf(cause)), { cause });
}

function sentence(what: string, status: number | null): string {
  if (status === null) {
    return `Storage (${what}) did not answer. Check the address in KEYTURN_STORAGE and that its network lets this app in.`;
  }
  if (status === 401 || status === 403) {
    return `Storage (${what}) refused Keyturn (${status}). Give its identity a data role on the account, see docs, and check the account's firewall.`;
  }
  return `Storage (${what}) answered ${status}. It is tried again; if it lasts, look at the storage account's health in the portal.`;
}
