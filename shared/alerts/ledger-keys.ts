import { createHash } from 'node:crypto';

/** Where one message goes: the ledger keeps one partition for each. */
export interface Destination {
  channel: string;
  address: string;
  /** A tenant's id for an owner's mail, or one of the scopes in scopes.ts. */
  scope: string;
}

/** What one row of the ledger is about; the same in every run. */
export interface Subject {
  kind: string;
  tenantId: string;
  findingId: string;
  /** A credential whose end was moved (a vault secret, an item of a list) is told about anew. */
  expiresAt: string | null;
  stage: number;
}

/** Names the partition of a destination. Addresses that differ in case only are the same one. */
export function partitionOf({ channel, address, scope }: Destination): string {
  return hashOf([channel, address.toLowerCase(), scope]);
}

/** Names the row of a subject within a partition. */
export function rowOf({ kind, tenantId, findingId, expiresAt, stage }: Subject): string {
  return hashOf([kind, tenantId, findingId, expiresAt ?? '', String(stage)]);
}

/**
 * SHA-256 in hexadecimal of the parts, each with its length before it, so that no two lists of parts give the same
 * text (security rule 28) and no part can hold a character that a table key forbids.
 */
export function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex');
}
