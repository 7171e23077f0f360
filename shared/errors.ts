/** Every code that leaves the product in a problem answer, a run record or an exit message; stable, snake_case. */
export type ErrorCode =
  | 'admin_action_required'
  | 'app_credential_broken'
  | 'bad_request'
  | 'body_too_large'
  | 'conflict'
  | 'directory_unavailable'
  | 'egress_refused'
  | 'forbidden'
  | 'internal_error'
  | 'mail_unavailable'
  | 'misconfigured'
  | 'not_configured'
  | 'not_found'
  | 'permission_missing'
  | 'precondition_failed'
  | 'precondition_required'
  | 'service_unreachable'
  | 'sign_in_again'
  | 'storage_unavailable'
  | 'temporarily_unavailable'
  | 'throttled'
  | 'unauthorized'
  | 'unreadable_input'
  | 'vault_unavailable';

export interface ProblemPointer {
  /** RFC 6901 JSON pointer of the member that is wrong. */
  pointer: string;
  detail: string;
}

interface AppErrorOptions {
  cause?: unknown;
  errors?: ProblemPointer[];
  /** Seconds after which it is worth another try; goes into the header Retry-After. */
  retryAfterSeconds?: number;
}

/**
 * A failure with a stable code and a sentence for a person: what is wrong and what to do about it.
 * The message may be shown to whoever asked; what must not be shown belongs in `cause`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: ProblemPointer[];
  readonly retryAfterSeconds: number | null;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}
