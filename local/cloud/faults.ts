import { decodeJwt } from 'jose';

/** A scripted answer (design §9, `POST /_control/faults`). Members that are absent match everything. */
export interface Fault {
  host: string;
  /** Only calls for this tenant. */
  tenantId?: string | undefined;
  method?: string | undefined;
  /** Regular expression over path and query, tried on the address as sent and on its decoded form. */
  path?: string | undefined;
  /** How many calls it answers; all until the faults are deleted when absent. */
  times?: number | undefined;
  status?: number | undefined;
  headers?: Record<string, string> | undefined;
  body?: unknown;
  delayMs?: number | undefined;
  /** Ends the connection without an answer. */
  drop?: true | undefined;
}

/** A call that a fault may answer. */
interface FaultedCall {
  host: string;
  method: string;
  pathAndQuery: string;
  /** Authorization of the call, which says for which tenant it is. */
  authorization: string | null;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): number;
  /** The first fault that is due for this call; uses it up by one. */
  take(call: FaultedCall): Fault | undefined;
  count(): number;
}

/** The faults that wait for their calls, first come first served. */
export function createFaults(): Faults {
  let waiting: { fault: Fault; pattern: RegExp | null; left: number }[] = [];
  return {
    add(fault) {
      const pattern = fault.path === undefined ? null : new RegExp(fault.path);
      waiting.push({ fault, pattern, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear() {
      const count = waiting.length;
      waiting = [];
      return count;
    },
    take(call) {
      if (waiting.length === 0) return undefined;
      const due = waiting.find(({ fault, pattern }) => matches(call, fault, pattern));
      if (due === undefined) return undefined;
      due.left -= 1;
      if (due.left <= 0) waiting = waiting.filter((one) => one !== due);
      return due.fault;
    },
    count: () => waiting.length,
  };
}

/** Raised where a fault ends the connection in the middle of an emulator's work: an item of a batch. */
export class ConnectionDropped extends Error {
  constructor() {
    super('connection dropped by a fault');
    this.name = 'ConnectionDropped';
  }
}

/** True when a fault answers by itself; one that only delays lets the emulator answer. */
export function isAnswer(fault: Fault): boolean {
  return fault.status !== undefined || fault.body !== undefined || fault.headers !== undefined;
}

/** The parts of a fault's answer: a string that parses as JSON is sent as JSON (design §9). */
export function faultAnswer(fault: Fault): {
  status: number;
  headers: Record<string, string>;
  json: unknown;
  text: string;
} {
  const json = typeof fault.body === 'string' ? parsed(fault.body) : fault.body;
  const contentType = json === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? null);
  const given = Object.fromEntries(
    Object.entries(fault.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    status: fault.status ?? 200,
    headers: fault.body === undefined ? given : { 'content-type': contentType, ...given },
    json,
    text: fault.body === undefined ? '' : text,
  };
}

function matches(call: FaultedCall, fault: Fault, pattern: RegExp | null): boolean {
  if (fault.host.toLowerCase() !== call.host.toLowerCase()) return false;
  if (fault.tenantId !== undefined && fault.tenantId.toLowerCase() !== tenantOf(call)) return false;
  if (fault.method !== undefined && fault.method.toUpperCase() !== call.method.toUpperCase()) {
    return false;
  }
  if (pattern === null) return true;
  return pattern.test(call.pathAndQuery) || pattern.test(decoded(call.pathAndQuery));
}

/** The tenant of a bearer token, else the first segment of the path, as at the sign-in service. */
function tenantOf({ authorization, pathAndQuery }: FaultedCall): string {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  try {
    if (token !== undefined) return String(decodeJwt(token)['tid']).toLowerCase();
  } catch {
    return '';
  }
  return (pathAndQuery.split(/[/?]/)[1] ?? '').toLowerCase();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
