import type { DirectoryObject } from '../credentials/directory-object.ts';

const ARRAYS = ['passwordCredentials', 'keyCredentials'] as const;
type CredentialArray = (typeof ARRAYS)[number];

const WORDS: Record<CredentialArray, string> = {
  passwordCredentials: 'Secrets',
  keyCredentials: 'Certificates',
};

export interface NotReadTally {
  add(list: string, object: DirectoryObject): void;
  /** One sentence per list and array; nothing when everything was read. */
  incomplete(): { list: string; reason: string }[];
}

/**
 * Remembers which lists came without secrets or certificates: a `$select` that names only one of the two, a derived
 * type. Such an object may hold anything, so "not read" must not pass for "none". Counts instead of
 * remembering objects, because a list of a hundred thousand may lack them throughout.
 */
export function notReadTally(): NotReadTally {
  const missing = new Map<string, Record<CredentialArray, Missing>>();
  return {
    add(list, object) {
      if (object.passwordCredentials !== null && object.keyCredentials !== null) return;
      const tally = missing.get(list) ?? { passwordCredentials: none(), keyCredentials: none() };
      missing.set(list, tally);
      for (const array of ARRAYS) if (object[array] === null) note(tally[array], object);
    },
    incomplete: () =>
      [...missing].flatMap(([list, tally]) =>
        ARRAYS.filter((array) => tally[array].objects > 0).map((array) => ({
          list,
          reason: reasonOf(array, tally[array]),
        })),
      ),
  };
}

interface Missing {
  objects: number;
  example: string;
}

function none(): Missing {
  return { objects: 0, example: '' };
}

function note(missing: Missing, { displayName, objectId, appId }: DirectoryObject): void {
  if (missing.objects === 0)
    missing.example = displayName ?? objectId ?? appId ?? 'an object without a name';
  missing.objects += 1;
}

function reasonOf(array: CredentialArray, { objects, example }: Missing): string {
  const which = objects === 1 ? `of ${example}` : `of ${String(objects)} objects (${example}, …)`;
  return `${WORDS[array]} ${which} were not read: ${array} is missing. Read it again with ${array} selected; until then they may have any.`;
}
