import { startLocal } from '../../local/local-cloud.ts';
import type { Local, LocalOptions } from '../../local/run-local.ts';

/** As `GET /_control/mail` shows it. */
interface Mail {
  at: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
}

/** As `GET /_control/requests` shows it. */
export interface SentRequest {
  at: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

/** As `GET /api/checks/{runId}` answers it. */
export interface RunAnswer {
  runId: string;
  status: string;
  reasons: string[];
  counts: Record<string, number> | null;
  coverage: Record<string, { read: number; complete: boolean }>;
}

/** The members of a finding that the suites look at; `GET /api/findings`. */
export interface FindingAnswer {
  id: string;
  type: string;
  keyId: string | null;
  status: string;
  stage: number | null;
  holder: { type: string; objectId: string | null };
  supersession: string;
}

export interface Call {
  method?: string;
  /** An object is sent as JSON, a text as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** A whole installation as `npm start` runs it, used over HTTP alone. */
export interface Installation extends Local {
  /** Everything that its host processes wrote. */
  readonly printed: string[];
  /** A control of the local cloud, which must answer 200; its answer as JSON. */
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** A call to Keyturn. */
  call(path: string, call?: Call): Promise<Response>;
  /** What the holder of the reader key reads. */
  read<T>(path: string): Promise<T>;
  /** Waits until nothing runs and nothing waits. */
  settle(): Promise<void>;
  /** Asks for a check as admin; gives the id of its run at once. */
  startCheck(): Promise<string>;
  /** Asks for a check and waits for its end, mails included. */
  check(): Promise<RunAnswer>;
  /** Every finding, page after page. */
  findings(): Promise<FindingAnswer[]>;
  mails(): Promise<Mail[]>;
  graphRequests(): Promise<SentRequest[]>;
}

/** Starts one on free ports. It runs what `node build.mjs` built. */
export async function startInstallation(options: LocalOptions): Promise<Installation> {
  const printed: string[] = [];
  const local = await startLocal({
    port: 0,
    cloudPort: 0,
    print: (line) => void printed.push(line),
    ...options,
  });
  const call = async (path: string, { method = 'GET', body, headers = {} }: Call = {}) =>
    fetch(path.startsWith('http') ? path : local.url + path, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const json = async <T>(response: Response, expected: number): Promise<T> => {
    const text = await response.text();
    if (response.status !== expected)
      throw new Error(`${response.url}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  };
  const as = (role: 'admin' | 'reader') => ({ authorization: `Bearer ${local.keys?.[role]}` });
  const control = async <T>(method: string, path: string, body?: unknown) =>
    json<T>(await call(`${local.cloudUrl}/_control/${path}`, { method, body }), 200);
  const read = async <T>(path: string) => json<T>(await call(path, { headers: as('reader') }), 200);
  const settle = async () => void (await control('POST', 'clock', { advance: 'PT0S' }));
  const startCheck = async () => {
    const asked = await call('/api/checks', { method: 'POST', headers: as('admin') });
    const { runs } = await json<{ runs: { runId: string }[] }>(asked, 202);
    const [run] = runs;
    if (run === undefined) throw new Error('no run was started');
    return run.runId;
  };
  return {
    ...local,
    printed,
    control,
    call,
    read,
    settle,
    startCheck,
    check: async () => {
      const runId = await startCheck();
      await settle();
      return read<RunAnswer>(`/api/checks/${runId}`);
    },
    findings: async () => {
      const found: FindingAnswer[] = [];
      for (let next: string | null = '/api/findings'; next !== null;) {
        const page: { findings: FindingAnswer[]; nextLink: string | null } = await read(next);
        found.push(...page.findings);
        next = page.nextLink;
      }
      return found;
    },
    mails: () => control<Mail[]>('GET', 'mail'),
    graphRequests: () => control<SentRequest[]>('GET', 'requests?host=graph.microsoft.com'),
  };
}
