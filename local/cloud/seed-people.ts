import { stableId } from './stable-id.ts';

/** The people of the seeded tenant, by the name that the applications call them. */
export const people = {
  erp: person('Erika Petersen', 'erika.petersen'),
  sales: person('Samir Lahlou', 'samir.lahlou'),
  web: person('Wanda Ebner', 'wanda.ebner'),
  platform: person('Pavel Novák', 'pavel.novak'),
  data: person('Dagny Lund', 'dagny.lund'),
  head: person('Helene Brandt', 'helene.brandt'),
  /** Has left: the account is disabled, the manager takes over. */
  left: { ...person('Lars Ek', 'lars.ek'), accountEnabled: false, manager: id('helene.brandt') },
  /** A consultant of another company: mail elsewhere, and a name that is no address. */
  guest: {
    id: id('adele.vance'),
    displayName: 'Adele Vance (Fabrikam)',
    givenName: 'Adele',
    surname: 'Vance',
    mail: 'adele.vance@fabrikam.example',
    userPrincipalName: 'adele.vance_fabrikam.example#EXT#@contoso.example',
    userType: 'Guest',
    accountEnabled: true,
    access: { businessCentral: 'none', dataverse: 'none' },
  },
  /** An account without a mailbox, and without permissions in Business Central. */
  unmailed: {
    ...person('Build Agent', 'build.agent'),
    mail: null,
    access: { businessCentral: 'noPermissions', dataverse: 'none' },
  },
};

/** The id of someone who is gone from the directory and still owns things. */
export const deletedUserId = id('deleted.user');

/** The users of the seeded tenant as Graph lists them. */
export function seedUsers(): Record<string, unknown>[] {
  return [
    // The account that integrations work with: the first that a sign-in page offers.
    person('ERP Integration', 'erp'),
    ...Object.values(people),
    {
      ...person('Contoso Administrator', 'admin'),
      directoryRoles: ['Global Administrator'],
    },
    person('Keyturn', 'keyturn'),
    person('Fallback', 'fallback'),
    person('Escalation', 'escalation'),
    person('Operations', 'operations'),
  ];
}

function id(name: string): string {
  return stableId('user', name);
}

function person(displayName: string, name: string): Record<string, unknown> & { id: string } {
  const [givenName = '', surname = null] = displayName.split(' ');
  const address = `${name}@contoso.example`;
  return {
    id: id(name),
    displayName,
    givenName,
    surname,
    mail: address,
    userPrincipalName: address,
    accountEnabled: true,
    userType: 'Member',
  };
}
