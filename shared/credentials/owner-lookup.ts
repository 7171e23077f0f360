import type { Owner } from './directory-object.ts';

/** Whose owners are asked for. */
export interface OwnedObject {
  /** Of a `user`: who manages it. `appId`: the application that has this appId, if there is one. */
  type: 'application' | 'servicePrincipal' | 'user' | 'appId';
  /** An appId where the type says so. */
  objectId: string;
}

export interface OwnersRead {
  /**
   * By the id that was asked for; absent means "could not be read", an empty list means "has no
   * owner". Of a user: its manager, as a list of one.
   */
  owners: Map<string, Owner[]>;
  /** Owners that could not be read, with what to do: the run is partial. */
  incomplete: { list: string; reason: string }[];
  /** What was read with a limit that the operator chose, such as owners without a name: said, but not a fault. */
  notes: string[];
}

/** Who owns applications and enterprise applications, asked only for those that need somebody. */
export interface OwnerLookup {
  /** Never throws for what the directory says. Waits out throttling. */
  ownersOf(holders: readonly OwnedObject[]): Promise<OwnersRead>;
}
