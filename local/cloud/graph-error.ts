import { randomUUID } from 'node:crypto';

/** An answer of Graph that is not a success; the routes throw it, `graph.ts` shapes it. */
export class GraphFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(
    answer: { status: number; code: string; headers?: Record<string, string> },
    message: string,
  ) {
    super(message);
    this.name = 'GraphFault';
    this.status = answer.status;
    this.code = answer.code;
    this.headers = answer.headers ?? {};
  }
}

export interface RequestIds {
  requestId: string;
  clientRequestId: string;
}

/** A request id of our own and the caller's, if it sent one (Microsoft Learn, "Microsoft Graph error responses"). */
export function requestIdsOf(headers: Headers): RequestIds {
  const requestId = randomUUID();
  return { requestId, clientRequestId: headers.get('client-request-id') ?? requestId };
}

/** The error body as Graph writes it: dates without a zone, ids inside `innerError`. */
export function graphErrorBody(
  error: { code: string; message: string },
  ids: RequestIds,
  now: Date,
): Record<string, unknown> {
  return {
    error: {
      code: error.code,
      message: error.message,
      innerError: {
        date: now.toISOString().slice(0, 19),
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
      },
    },
  };
}

/** 404 as the directory says it. */
export function notFound(id: string): GraphFault {
  return new GraphFault(
    { status: 404, code: 'Request_ResourceNotFound' },
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

/** 403 as the directory says it. */
export function insufficientPrivileges(): GraphFault {
  return new GraphFault(
    { status: 403, code: 'Authorization_RequestDenied' },
    'Insufficient privileges to complete the operation.',
  );
}

/** 400 with a code and message. */
export function badRequest(message: string, code = 'BadRequest'): GraphFault {
  return new GraphFault({ status: 400, code }, message);
}
