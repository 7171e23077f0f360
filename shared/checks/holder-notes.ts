import type { DirectoryObject } from '../credentials/directory-object.ts';
import type { Assessed } from '../expiry/assess.ts';

/** What a walk notices about the holders of what is due, for whoever looks up the people around them. */
export interface HolderNotes {
  /** Object ids of the servicePrincipals of due applications, by appId in lower case. */
  servicePrincipals: ReadonlyMap<string, string>;
  /** Due servicePrincipals, by object id. */
  enterprise: ReadonlyMap<string, Enterprise>;
}

interface Enterprise {
  /** The tenant that has its application; null where that was not read. */
  appOwnerOrganizationId: string | null;
  /** Whom Microsoft itself mails when a SAML signing certificate ends. */
  notificationEmailAddresses: readonly string[];
}

export interface HolderNotebook extends HolderNotes {
  /** To be called for every object, with what was kept of it. Remembers nothing of those that are not due. */
  note(object: DirectoryObject, kept: readonly Assessed[]): void;
}

/** Somebody is to be told about it now. */
export function isDue({ stage }: Assessed): boolean {
  return stage !== null;
}

/** Microsoft Learn, "servicePrincipal resource type": up to five addresses. */
const MAX_NOTIFIED = 5;

/** An empty notebook. Memory grows by what is due, not by what is read. */
export function holderNotebook(
  needsPeople: (credential: Assessed) => boolean = isDue,
): HolderNotebook {
  const dueAppIds = new Set<string>();
  const servicePrincipals = new Map<string, string>();
  const enterprise = new Map<string, Enterprise>();
  return {
    servicePrincipals,
    enterprise,
    note: ({ type, objectId, appId, ...object }, kept) => {
      const isDue = kept.some(needsPeople);
      // No application has an empty appId, so that one finds nothing.
      const key = (appId ?? '').toLowerCase();
      if (type === 'application' && isDue) dueAppIds.add(key);
      if (type !== 'servicePrincipal' || objectId === null) return;
      if (dueAppIds.has(key)) servicePrincipals.set(key, objectId);
      if (!isDue) return;
      enterprise.set(objectId, {
        appOwnerOrganizationId: object.appOwnerOrganizationId,
        notificationEmailAddresses: object.notificationEmailAddresses.slice(0, MAX_NOTIFIED),
      });
    },
  };
}
