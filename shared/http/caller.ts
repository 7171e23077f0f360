import type { AuditTrail } from '../audit/audit-trail.ts';
import { AppError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import type { TokenVerifier } from './entra-tokens.ts';
import type { KeyStore } from './keys.ts';
import type { Role } from './routes.ts';

/** Who sent a request. */
export type Caller =
  | { kind: 'key'; role: 'admin' | 'reader'; name: string }
  | { kind: 'entra'; role: 'admin' | 'reader' | null; tenantId: string; objectId: string };

/** What it takes to know a caller: the two ways in (security rule 1). */
export interface AccessServices {
  settings: Pick<Settings, 'access'>;
  keys: Pick<KeyStore, 'verify'>;
  tokens: TokenVerifier;
  trail: Pick<AuditTrail, 'act'>;
}

/**
 * Who is calling, or null when nothing that counts was sent. A Keyturn key comes in `X-Keyturn-Key` or as a bearer, an
 * Entra token as a bearer. A way in that is switched off does not exist, and a wrong key is never tried as something else.
 */
export async function identifyCaller(
  { settings, keys, tokens }: Omit<AccessServices, 'trail'>,
  headers: Pick<Headers, 'get'>,
): Promise<Caller | null> {
  const sent = headers.get('x-keyturn-key') ?? bearerOf(headers.get('authorization'));
  if (sent === null) return null;
  if (sent.startsWith('kt_') || headers.get('x-keyturn-key') !== null) {
    const key = settings.access.keys ? await keys.verify(sent) : null;
    return key === null ? null : { kind: 'key', role: key.role, name: key.name };
  }
  const principal = settings.access.audience === null ? null : await tokens.verify(sent);
  return principal === null ? null : { kind: 'entra', ...principal };
}

/**
 * Throws AppError `unauthorized` where a role is needed and nobody is known, `forbidden` where the caller's role does
 * not reach. Admin includes reader; neither fetches tokens (security rule 2).
 */
export function requireRole(role: Role, caller: Caller | null): void {
  // A route for callers looks at the connection, which it alone knows (token-caller.ts).
  if (role === 'anyone' || role === 'hostMaster' || role === 'caller') return;
  if (caller === null)
    throw new AppError(
      'unauthorized',
      'Send a valid Keyturn key or Entra access token in the Authorization header as a bearer, or a key in X-Keyturn-Key.',
    );
  if (caller.role === role) return;
  if (caller.role === 'admin' && role === 'reader') return;
  throw new AppError('forbidden', `This needs the role ${role}, which the caller does not have.`);
}

/** How a log line names a caller: never by what he sent. */
export function callerName(caller: Caller | null): string {
  if (caller === null) return 'anyone';
  return caller.kind === 'key' ? `key:${caller.name}` : `entra:${caller.objectId}`;
}

function bearerOf(header: string | null): string | null {
  // RFC 6750 §2.1, RFC 7235 §2.1: the scheme is case-insensitive.
  return /^Bearer +(?<token>[\w.~+/-]+=*) *$/i.exec(header ?? '')?.groups?.['token'] ?? null;
}
