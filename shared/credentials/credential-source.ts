import type { DirectoryObject } from './directory-object.ts';
import type { HeldCredential } from './held-credential.ts';

/** What a source tells while it is read, in order. A page is handed on at once, so memory does not grow with a tenant. */
export type SourceEvent =
  | { kind: 'page'; list: string; objects: DirectoryObject[] }
  /** What no directory object holds: the items of a vault, an operator's own list. */
  | { kind: 'held'; list: string; held: HeldCredential[] }
  /** One item that could not be understood; the rest of the source goes on. */
  | { kind: 'skipped'; where: string; reason: string }
  /** A list that ended before its end. `reason` is a sentence that an admin can act on. */
  | { kind: 'incomplete'; list: string; reason: string };

/** Where credentials are read from: Microsoft Graph, exported files, Key Vault. */
export interface CredentialSource {
  /** Never throws for what a service or a file says: that arrives as `skipped` or `incomplete`. */
  read(): AsyncIterable<SourceEvent>;
}
