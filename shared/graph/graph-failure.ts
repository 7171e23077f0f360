import { GraphError } from '@microsoft/microsoft-graph-client';
import { AppError } from '../errors.ts';

export interface GraphAttempt {
  /** What was asked for, in words: "applications". */
  reading: string;
  /** The application permission that it takes. */
  permission: string;
}

/** Raised before anything is sent to a server that is not the configured Graph. */
export class ForeignHostError extends Error {
  constructor(host: string) {
    super(host);
    this.name = 'ForeignHostError';
  }
}

/** No token for Graph could be had. */
export class SignInError extends Error {
  constructor(cause: unknown) {
    super('no token for Microsoft Graph', { cause });
    this.name = 'SignInError';
  }
}

/** No token of one tenant could be had; the message says why, and what to do. */
export class TenantSignInError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'TenantSignInError';
  }
}

/**
 * A failed call to Graph as a sentence that an admin can act on. Codes: `permission_missing` (403), `throttled` (429),
 * `directory_unavailable` (everything else). Graph's own text goes to `cause`: it can quote what was sent.
 */
export function graphFailure(error: unknown, attempt: GraphAttempt): AppError {
  if (error instanceof AppError) return error;
  const status = error instanceof GraphError ? error.statusCode : -1;
  const name = error instanceof GraphError ? error.code : null;
  const [code, sentence] = verdict({ status, name, message: messageOf(error) }, attempt);
  return new AppError(code, sentence, { cause: error });
}

interface Failure {
  status: number;
  /** Graph's error code, or the name of the error that kept the call from being made. */
  name: string | null;
  message: string;
}

type Verdict = [AppError['code'], string];

function verdict(
  { status, name, message }: Failure,
  { reading, permission }: GraphAttempt,
): Verdict {
  const said = name !== null && /^[\w.]{1,60}$/.test(name) ? `${status} ${name}` : `${status}`;
  if (name === 'ForeignHostError') {
    return [
      'directory_unavailable',
      `Microsoft Graph pointed to another server (${message}) while reading ${reading}. Keyturn did not follow: check KEYTURN_CLOUD, and who can change this network's answers.`,
    ];
  }
  if (name === 'TenantSignInError') return ['directory_unavailable', message];
  if (name === 'SignInError') {
    return [
      'directory_unavailable',
      `Keyturn could not sign in to Microsoft Graph to read ${reading}. In Azure, switch on its managed identity and check KEYTURN_MONITOR_CLIENT_ID; on your own machine, run az login.`,
    ];
  }
  if (status === 403) {
    return [
      'permission_missing',
      `Microsoft Graph does not let Keyturn read ${reading} (${said}). Give its identity the application permission ${permission} with admin consent; a new permission can take some minutes to count.`,
    ];
  }
  return verdictOfStatus(status, said, reading);
}

function verdictOfStatus(status: number, said: string, reading: string): Verdict {
  if (status === 401) {
    return [
      'directory_unavailable',
      `Microsoft Graph did not accept Keyturn's sign-in while reading ${reading} (${said}). Check that its identity still exists and that KEYTURN_CLOUD names this tenant's cloud.`,
    ];
  }
  if (status === 429) {
    return [
      'throttled',
      `Microsoft Graph kept asking Keyturn to wait while reading ${reading} (${said}). Start the check again later; see what else calls Graph for this tenant at that time.`,
    ];
  }
  if (status >= 500) {
    return [
      'directory_unavailable',
      `Microsoft Graph kept failing while reading ${reading} (${said}). Start the check again later; if it lasts, look at the service health in the Microsoft 365 admin centre.`,
    ];
  }
  if (status >= 400) {
    return [
      'directory_unavailable',
      `Microsoft Graph refused a request for ${reading} (${said}). Start the check again; if it lasts, report it with this code.`,
    ];
  }
  return [
    'directory_unavailable',
    `Microsoft Graph gave no readable answer while reading ${reading}. Check this app's network (DNS, firewall, proxy), then start the check again.`,
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
