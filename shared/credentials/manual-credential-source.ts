import type { CredentialSource } from './credential-source.ts';
import { ITEMS_LIST, ownerAt, type HeldCredential } from './held-credential.ts';
import type { ManualItemStore } from './manual-item-store.ts';
import type { ManualItem } from './manual-item.ts';

/** The items that operators entered, as credentials. Throws `storage_unavailable` when they cannot be read. */
export function manualCredentialSource(items: Pick<ManualItemStore, 'list'>): CredentialSource {
  return {
    read: async function* read() {
      const held = (await items.list()).map(heldItem);
      yield { kind: 'held', list: ITEMS_LIST, held };
    },
  };
}

function heldItem(item: ManualItem): HeldCredential {
  const { id, name, kind, startsAt, expiresAt, owner, notify, usedBy, steps } = item;
  return {
    credential: {
      // Its next date is another thing that ends: what was said about this one does not count for it.
      id: `manual:${id}:manual:${expiresAt.replaceAll(/[:.-]/g, '')}`,
      type: 'manual',
      keyId: null,
      name: kind === null ? name : `${name} (${kind})`,
      hint: null,
      thumbprint: null,
      startsAt: startsAt === null ? null : new Date(startsAt),
      expiresAt: new Date(expiresAt),
      holder: { type: 'manual', objectId: id, appId: null, displayName: name },
      selfRenewing: null,
      isActive: null,
    },
    owners: [...(owner === null ? [] : [owner]), ...notify].map(ownerAt),
    likelyConsumers: usedBy.map((system) => ({ system, because: "Keyturn's own list" })),
    tags: [],
    steps,
  };
}
