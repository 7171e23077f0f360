import type { DirectoryObject } from './directory-object.ts';

/** Something in a file that could not be taken over, and why, in words for whoever made the file. */
export interface Skip {
  where: string;
  reason: string;
}

/** What one item of a file became: usually one object; two where a report joins an application and its principal. */
export interface ItemReading {
  objects: DirectoryObject[];
  skipped: Skip[];
}

/** What one list in a file says about its own completeness. */
export interface ListFacts {
  type: DirectoryObject['type'];
  /** How many items the file holds of it. */
  items: number;
  /** `@odata.count`, the number that the whole list has; null where the file does not say. */
  count: number | null;
  /** An `@odata.nextLink` is there: a page follows that this file does not hold. */
  hasNextLink: boolean;
}

/** One file, understood or refused as a whole. The items are read while they are walked, so memory stays flat. */
export type FileReading =
  | { kind: 'refused'; reason: string }
  | {
      kind: 'read';
      items: Iterable<ItemReading>;
      lists: ListFacts[];
      /** Sentences on what the file shows to be missing. */
      incomplete: string[];
      /** Items in the recycle bin, which were left out. */
      deleted: number;
    };
