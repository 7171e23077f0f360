import type { SealingKey } from './sealing.ts';

/** Keys that seal the shared state. The newest seals; older ones open until a sweep has sealed everything anew. */
export interface SealingKeys {
  /** Made on first use; two instances that make it at once agree. Throws `vault_unavailable`, `storage_unavailable`. */
  current(): Promise<SealingKey>;
  /** Null for a key that is gone. */
  byId(keyId: string): Promise<SealingKey | null>;
}
