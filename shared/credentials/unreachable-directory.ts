import type { CredentialSource } from './credential-source.ts';
import type { OwnerLookup } from './owner-lookup.ts';

const REASON =
  'This version reads the tenant that Keyturn is installed in (KEYTURN_HOME_TENANT) and no other. Take this tenant out of KEYTURN_TENANTS.';

const source: CredentialSource = {
  async *read() {
    yield { kind: 'incomplete', list: 'applications', reason: REASON };
  },
};

const owners: OwnerLookup = {
  ownersOf: async () => ({
    owners: new Map(),
    incomplete: [{ list: 'owners', reason: REASON }],
    notes: [],
  }),
};

/**
 * A tenant that the managed identity has no token for. Asked for one, it would answer with a token of its own tenant,
 * and that tenant's secrets would stand under this one's name; so it is not asked, and the run says why it failed.
 */
export const unreachableDirectory = { source, owners, name: async () => null };
