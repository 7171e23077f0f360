import { AppError } from '../errors.ts';

export interface EnsuredClient<C> {
  /** Runs one operation, and once more after creating the table, queue or container where it was not there. */
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
 * A storage client that is made on first use, and whose table or queue is created when the service says that there is
 * none. Asking first would take a right on the whole account, and on Azure the deployment has made them all (security
 * rule 28). Every failure of the service becomes AppError `storage_unavailable`; the SDK's text goes to `cause` only,
 * since it can quote addresses and headers.
 */
export function ensuredClient<C>(options: EnsuredOptions<C>): EnsuredClient<C> {
  const { what, goneCode } = options;
  let connected: C | null = null;
  const client = () => (connected ??= options.connect());

  async function run<R>(operation: (client: C) => Promise<R>): Promise<R> {
    try {
      return await operation(client());
    } catch (error) {
      if (codeOf(error) !== goneCode) throw unavailable(what, error);
    }
    try {
      await options.create(client());
      return await operation(client());
    } catch (error) {
      throw unavailable(what, error);
    }
  }

  async function* pages<P>(open: (client: C) => AsyncIterable<P>): AsyncIterable<P> {
    const { iterator, first } = await run(async (ensured) => {
      const opened = open(ensured)[Symbol.asyncIterator]();
      return { iterator: opened, first: await opened.next() };
    });
    let page = first;
    while (page.done !== true) {
      yield page.value;
      page = await iterator.next().catch((error: unknown) => {
        throw unavailable(what, error);
      });
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
