import type { Owner } from './directory-object.ts';

/** Whose owners are asked for. */
export interface OwnedObject {
  type: 'application' | 'servicePrincipal';
  objectId: string;
}

export interface OwnersRead {
  /** By the owned object's id; absent means "could not be read", an empty list means "has no owner". */
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
