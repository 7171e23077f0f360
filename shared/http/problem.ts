import type { HttpResponseInit } from '@azure/functions';
import { AppError, type ErrorCode, type ProblemPointer } from '../errors.ts';
import { redact } from '../redact.ts';
import type { SettingFault } from '../settings.ts';

/** The members of an error answer (RFC 9457). `code` is stable; `detail` says what to do. */
interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  correlationId: string;
  errors?: ProblemPointer[];
  /** With `not_configured`: every setting that is missing or wrong, and its cure; never a value. */
  faults?: SettingFault[];
}

/**
 * The answer for a failure. An {@link AppError} speaks for itself; of anything else nothing is told but the
 * correlation id, under which the log has the rest.
 */
export function problemOf(error: unknown, correlationId: string): HttpResponseInit {
  const failure = error instanceof AppError ? error : unexpected();
  const { code, message, errors, retryAfterSeconds } = failure;
  return answer(
    {
      ...head(code),
      // Other services' words may have found their way into a message.
      detail: redact(message),
      correlationId,
      ...(errors.length > 0 ? { errors } : {}),
    },
    retryAfterSeconds,
  );
}

/** The answer of every route while settings are wrong: fail closed, and say what to do (security rule 1). */
export function misconfigured(faults: SettingFault[], correlationId: string): HttpResponseInit {
  const detail =
    'Correct the settings named in "faults" and restart. Until then nothing else is answered.';
  return answer({ ...head('not_configured'), detail, correlationId, faults });
}

function unexpected(): AppError {
  return new AppError(
    'internal_error',
    'Something went wrong inside Keyturn. Its log says what, under this correlation id.',
  );
}

function head(code: ErrorCode): Pick<Problem, 'type' | 'title' | 'status' | 'code'> {
  const [status, title] = STATUS[code];
  return { type: `urn:keyturn:problem:${code}`, title, status, code };
}

function answer(problem: Problem, retryAfterSeconds: number | null = null): HttpResponseInit {
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      // RFC 9110 §11.6.1: a 401 names the scheme.
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) }),
    },
    body: JSON.stringify(problem),
  };
}

/** The only place that turns a code into an HTTP status; the compiler wants every code to have one. */
const STATUS: Record<ErrorCode, readonly [status: number, title: string]> = {
  bad_request: [400, 'The request is not valid'],
  unauthorized: [401, 'Who is calling is not known'],
  forbidden: [403, 'Not allowed'],
  not_found: [404, 'Not found'],
  conflict: [409, 'In conflict with what is there'],
  sign_in_again: [409, 'Somebody has to sign in'],
  admin_action_required: [409, 'An administrator has to act'],
  precondition_failed: [412, 'Changed in the meantime'],
  precondition_required: [428, 'The version is missing'],
  body_too_large: [413, 'The body is too large'],
  unreadable_input: [422, 'The input cannot be read'],
  misconfigured: [422, 'The connection is set up wrongly'],
  throttled: [429, 'Too many requests'],
  internal_error: [500, 'An error inside Keyturn'],
  egress_refused: [500, 'An error inside Keyturn'],
  app_credential_broken: [503, 'The application’s secret is refused'],
  temporarily_unavailable: [503, 'No token just now'],
  directory_unavailable: [503, 'The directory does not answer'],
  mail_unavailable: [503, 'Mail cannot be sent'],
  permission_missing: [503, 'Keyturn lacks a permission'],
  service_unreachable: [503, 'A service that is needed does not answer'],
  storage_unavailable: [503, 'Storage does not answer'],
  vault_unavailable: [503, 'The key vault does not answer'],
  not_configured: [503, 'Not configured'],
};
