import { createHash } from 'node:crypto';
import type { CredentialType, Holder } from './credential.ts';

/** What tells one credential of a holder from another. */
export interface Identifying {
  type: CredentialType;
  keyId: string | null;
  name: string;
  hint: string | null;
  thumbprint: string | null;
  startsAt: Date | null;
  expiresAt: Date | null;
}

/**
 * The ids of one holder's credentials, in their order: `{holder type}:{objectId or appId}:{type}:{keyId}`, the same in
 * every run and from every source. A keyId alone would not do: it repeats across servicePrincipals and between the
 * secrets and certificates of one. Without a keyId, or where one repeats (masked exports), a digest of what does not
 * change takes its place. The parts are percent-encoded, so an id holds no `/ \ # ?` and no control characters.
 */
export function credentialIds(holder: Holder, credentials: readonly Identifying[]): string[] {
  const prefix = prefixOf(holder);
  const ids = credentials.map(({ type, keyId }) => `${prefix}${type}:${encoded(keyId ?? '')}`);
  // This runs for every credential of a tenant, and hardly any holder needs more than this.
  if (credentials.every(isToldApart)) return ids;
  return distinct(ids.map((id, index) => withDigest(id, ids, credentials[index])));
}

/** By its keyId alone. Compares what is short: the ids are long, and are only put together where one is read. */
function isToldApart(
  { type, keyId }: Identifying,
  index: number,
  credentials: readonly Identifying[],
): boolean {
  if (keyId === null || keyId === '') return false;
  for (let earlier = 0; earlier < index; earlier += 1) {
    const other = credentials[earlier];
    if (other?.type !== type || other.keyId === null) continue;
    if (other.keyId.toLowerCase() === keyId.toLowerCase()) return false;
  }
  return true;
}

function prefixOf({ type, objectId, appId, displayName }: Holder): string {
  const id = objectId ?? appId;
  return `${type}:${id === null ? `~${digest([displayName])}` : encoded(id)}:`;
}

function withDigest(id: string, ids: string[], credential: Identifying | undefined): string {
  if (credential === undefined) return id;
  if (!id.endsWith(':') && ids.indexOf(id) === ids.lastIndexOf(id)) return id;
  const { name, hint, thumbprint, startsAt, expiresAt } = credential;
  return `${id}~${digest([name, hint, thumbprint, isoOf(startsAt), isoOf(expiresAt)])}`;
}

/** Entries that agree in everything cannot be told apart; a counter only keeps their ids different. */
function distinct(ids: string[]): string[] {
  const given = new Map<string, number>();
  return ids.map((id) => {
    const ordinal = (given.get(id) ?? 0) + 1;
    given.set(id, ordinal);
    return ordinal === 1 ? id : `${id}~${String(ordinal)}`;
  });
}

function digest(parts: (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

function isoOf(date: Date | null): string | null {
  return date === null || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const LONE_SURROGATES = /\p{Cs}/gu;
const LOWER_CASE_GUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

/** GUIDs are compared without regard to case, and exports differ in it. */
function encoded(part: string): string {
  if (LOWER_CASE_GUID.test(part)) return part;
  const lower = part.toLowerCase();
  if (LOWER_CASE_GUID.test(lower)) return lower;
  // encodeURIComponent throws on half a surrogate pair, which a hostile file may hold.
  return encodeURIComponent(part.replaceAll(LONE_SURROGATES, '\uFFFD'));
}
