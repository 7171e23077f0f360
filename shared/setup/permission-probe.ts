import type { PermissionId } from './permission-list.ts';

/** What a look at a permission gave. */
export interface Held {
  /** Null where it cannot be seen from here. */
  granted: boolean | null;
  /** What to know beside it: why it could not be seen, or what is wrong although it is there. */
  said: string | null;
}

/** Finds out what Keyturn's identities may do, by asking for the least that each permission allows. */
export interface PermissionProbe {
  /** Never throws. */
  look(id: PermissionId): Promise<Held>;
}
