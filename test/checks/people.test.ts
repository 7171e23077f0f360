import { describe, expect, it } from 'vitest';
import { readPeople, type PeopleRead } from '../../shared/checks/people.ts';
import { walkCredentials, type Walk } from '../../shared/checks/walk.ts';
import { graphCredentialSource } from '../../shared/credentials/graph-credential-source.ts';
import { graphOwners } from '../../shared/credentials/graph-owners.ts';
import { whoIsTold } from '../../shared/alerts/recipients.ts';
import { findingOf } from '../../shared/checks/finding.ts';
import { LISTS } from '../support/alerts.ts';
import { testCloud } from '../support/local-cloud.ts';
import { graphOn } from '../support/graph-on.ts';

const FULL = ['Application.Read.All', 'User.Read.All'];
const BASIC = ['Application.Read.All', 'User.ReadBasic.All'];

type Json = Record<string, unknown>;

const secret = { keyId: 'k', displayName: 'prod', endDateTime: '2026-12-20T00:00:00Z' };

function app(id: string, owners: string[], more: Json = {}): Json {
  return {
    id,
    appId: `appId-${id}`,
    displayName: id,
    passwordCredentials: [secret],
    owners,
    ...more,
  };
}

function person(id: string, more: Json = {}): Json {
  const address = `${id}@contoso.example`;
  return { id, displayName: id, mail: address, userPrincipalName: address, ...more };
}

const USERS = [
  person('anna'),
  person('bert'),
  person('left', { accountEnabled: false, manager: 'boss' }),
  person('boss'),
  person('agent', { mail: null }),
  person('guest', {
    mail: 'guest@fabrikam.example',
    userPrincipalName: 'guest_fabrikam.example#EXT#@contoso.example',
    userType: 'Guest',
  }),
  person('shy', {
    mail: null,
    userPrincipalName: 'shy_fabrikam.example#EXT#@contoso.example',
    userType: 'Guest',
  }),
];

interface Read extends PeopleRead {
  walk: Walk;
  /** Paths that were asked for, batch by batch. */
  batches: string[][];
  /** Who is told about the only secret of this holder, as "address: reason". */
  told: (holderId: string) => string[];
}

/** Reads a tenant of the local Graph with these permissions. */
async function read(
  tenant: { applications?: Json[]; servicePrincipals?: Json[]; users?: Json[] },
  { monitor = FULL, domains = ['contoso.example'] } = {},
): Promise<Read> {
  const cloud = testCloud();
  const { tenantId } = (await cloud.control('PUT', 'tenant', { users: USERS, ...tenant })) as {
    tenantId?: string;
  };
  await cloud.control('PUT', 'permissions', { monitor });
  const batches: string[][] = [];
  const client = graphOn(cloud, (path, body) => {
    if (!path.endsWith('/$batch')) return;
    const { requests } = JSON.parse(typeof body === 'string' ? body : '') as {
      requests: { url: string }[];
    };
    batches.push(requests.map((one) => one.url.split('?')[0] ?? ''));
  });
  const walk = await walkCredentials(graphCredentialSource({ client }), {
    now: cloud.clock.now(),
    keep: ({ stage }) => stage !== null,
  });
  const people = await readPeople(
    { lookup: graphOwners({ client, clock: cloud.clock }), tenantId: tenantId ?? HOME, domains },
    walk,
  );
  return {
    ...people,
    walk,
    batches,
    told: (holderId) => {
      const found = walk.findings.find(({ holder }) => holder.objectId === holderId);
      if (found === undefined) throw new Error(`${holderId} has no finding`);
      const { owners, related } = people.peopleOf(found);
      const finding = findingOf(HOME, { ...found, owners }, cloud.clock.now());
      return whoIsTold({ ...finding, related, stage: 30 }, LISTS).told.map(
        ({ address, reason }) => `${address}: ${reason}`,
      );
    },
  };
}

const HOME = '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0';

describe('the people around what ends', () => {
  it('are the owners of both halves of an application, whichever half holds the secret', async () => {
    const { told } = await read({
      applications: [app('shop', ['anna']), app('plain', ['anna'], { passwordCredentials: [] })],
      servicePrincipals: [
        app('shop-sp', ['bert'], { appId: 'appId-shop', passwordCredentials: [] }),
        app('plain-sp', ['bert'], { appId: 'appId-plain', appOwnerOrganizationId: HOME }),
      ],
    });
    expect(told('shop')).toEqual([
      'anna@contoso.example: ownsApplication',
      'bert@contoso.example: ownsEnterpriseApplication',
    ]);
    expect(told('plain-sp')).toEqual([
      'bert@contoso.example: ownsEnterpriseApplication',
      'anna@contoso.example: ownsApplication',
    ]);
  });

  it('are not looked for in this tenant when another one has the application', async () => {
    const { batches, read: answer } = await read({
      servicePrincipals: [app('foreign', ['bert'], { appOwnerOrganizationId: 'elsewhere' })],
    });
    expect(batches).toEqual([['/servicePrincipals/foreign/owners']]);
    expect(answer?.incomplete).toEqual([]);
  });

  it('are the owners of a program that owns it, one hop and no further, even in a circle', async () => {
    const { told, batches } = await read({
      applications: [app('shop', ['robot'])],
      servicePrincipals: [
        app('robot', ['other-robot', 'bert'], { passwordCredentials: [] }),
        app('other-robot', ['robot', 'anna'], { passwordCredentials: [] }),
      ],
    });
    expect(told('shop')).toEqual(['bert@contoso.example: ownsOwner']);
    expect(batches).toEqual([['/applications/shop/owners'], ['/servicePrincipals/robot/owners']]);
  });

  it('end where two programs own each other', async () => {
    const { told, batches } = await read({
      servicePrincipals: [app('one', ['two']), app('two', ['one'])],
    });
    expect(batches).toEqual([['/servicePrincipals/one/owners', '/servicePrincipals/two/owners']]);
    expect(told('one')).toEqual(['fallback@contoso.example: nobodyElse']);
  });

  it('are the manager where the only owner’s account is disabled', async () => {
    const { told, batches } = await read({ applications: [app('shop', ['left'])] });
    expect(told('shop')).toEqual(['boss@contoso.example: managesOwner']);
    expect(batches.at(-1)).toEqual(['/users/left/manager']);
  });

  it('are not the manager as long as another owner can be told', async () => {
    const { told } = await read({ applications: [app('shop', ['left', 'anna'])] });
    expect(told('shop')).toEqual(['anna@contoso.example: ownsApplication']);
  });

  it('without a manager fall to the fallback list, and that is no failed read', async () => {
    const users = [person('left', { accountEnabled: false })];
    const { told, read: answer } = await read({ applications: [app('shop', ['left'])], users });
    expect(told('shop')).toEqual(['fallback@contoso.example: nobodyElse']);
    expect(answer).toMatchObject({ incomplete: [], notes: [] });
  });

  it('facts 3 row 37: a guest who owns it is told at the guest’s own mail, never at the #EXT# name', async () => {
    const { told } = await read({ applications: [app('shop', ['guest']), app('other', ['shy'])] });
    expect(told('shop')).toEqual(['guest@fabrikam.example: ownsApplication']);
    expect(told('other')).toEqual(['fallback@contoso.example: nobodyElse']);
  });

  it('facts 3 row 37: an owner on the second page is told like one on the first', async () => {
    const many = Array.from({ length: 230 }, (_, n) => person(`user-${n}`));
    const { told, read: answer } = await read({
      applications: [
        app(
          'shop',
          many.map(({ id }) => String(id)),
        ),
      ],
      users: many,
    });
    expect(told('shop')).toHaveLength(230);
    expect(told('shop').at(-1)).toBe('user-229@contoso.example: ownsApplication');
    expect(answer?.incomplete).toEqual([]);
  });

  it('facts 3 row 38: an application without an owner, or with a deleted one, goes to the fallback list', async () => {
    const { told } = await read({ applications: [app('nobody', []), app('gone', ['deleted'])] });
    expect(told('nobody')).toEqual(['fallback@contoso.example: nobodyElse']);
    expect(told('gone')).toEqual(['fallback@contoso.example: nobodyElse']);
  });

  it('facts 3 row 31: owners that are an id alone name the permission, and the fallback list is told', async () => {
    const { told, read: answer } = await read(
      { applications: [app('shop', ['anna'])] },
      { monitor: ['Application.Read.All'] },
    );
    expect(told('shop')).toEqual(['fallback@contoso.example: nobodyElse']);
    expect(answer?.notes.join(' ')).toContain('User.ReadBasic.All');
  });

  it('with User.ReadBasic.All are all owners: nobody can see which account is disabled', async () => {
    const { told, batches } = await read(
      { applications: [app('shop', ['left'])] },
      { monitor: BASIC },
    );
    expect(told('shop')).toEqual(['left@contoso.example: ownsApplication']);
    expect(batches).toHaveLength(1);
  });

  it('who have a sign-in name and no mailbox are told, and so is the fallback list', async () => {
    const { told } = await read({ applications: [app('shop', ['agent'])] });
    expect(told('shop')).toEqual([
      'agent@contoso.example: ownsApplication',
      'fallback@contoso.example: nobodyElse',
    ]);
  });

  it('whom owners name are told only within the allowed domains (security rule 24)', async () => {
    const tags = ['keyturn:notify=erp-team@contoso.example;spy@evil.example'];
    const { told } = await read({ applications: [app('shop', ['anna'], { tags })] });
    expect(told('shop')).toEqual([
      'anna@contoso.example: ownsApplication',
      'erp-team@contoso.example: namedByOwner',
    ]);
    const nowhere = await read({ applications: [app('shop', [], { tags })] }, { domains: [] });
    expect(nowhere.told('shop')).toEqual(['fallback@contoso.example: nobodyElse']);
  });

  it('facts 3 row 11: a SAML notification address is told beside others, and is never enough', async () => {
    const certificate = {
      keyId: 's',
      displayName: 'CN=shop',
      customKeyIdentifier: 'AAAA',
      endDateTime: '2026-12-20T00:00:00Z',
      type: 'AsymmetricX509Cert',
    };
    const { told } = await read({
      servicePrincipals: [
        app('saml', [], {
          passwordCredentials: [{ ...certificate, type: undefined }],
          keyCredentials: [
            { ...certificate, usage: 'Sign' },
            { ...certificate, keyId: 'v', usage: 'Verify' },
          ],
          preferredSingleSignOnMode: 'saml',
          notificationEmailAddresses: ['gone@contoso.example'],
        }),
      ],
    });
    expect(told('saml')).toEqual([
      'gone@contoso.example: samlNotification',
      'fallback@contoso.example: nobodyElse',
    ]);
  });

  it('cost one batch of twenty look-ups per hop', async () => {
    const { batches, told } = await read({
      applications: Array.from({ length: 45 }, (_, n) => app(`app-${n}`, ['left', 'robot'])),
      servicePrincipals: [app('robot', ['bert'], { passwordCredentials: [] })],
    });
    expect(batches.map((batch) => batch.length)).toEqual([20, 20, 5, 2]);
    expect(told('app-44')).toEqual(['bert@contoso.example: ownsOwner']);
  });

  it('facts 3 rows 35 and 36: never get what belongs to another application, in whatever order Graph answers', async () => {
    const users = Array.from({ length: 60 }, (_, n) => person(`user-${n}`));
    const { told } = await read({
      users,
      applications: users.map(({ id }, n) => app(`app-${n}`, [String(id)])),
    });
    for (let n = 0; n < 60; n += 1) {
      expect(told(`app-${n}`)).toEqual([`user-${n}@contoso.example: ownsApplication`]);
    }
  });
});
