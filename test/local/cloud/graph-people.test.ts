import { describe, expect, it } from 'vitest';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';

const tenant = {
  applications: [{ id: 'app', appId: 'client', owners: ['anna', 'robot', 'gone'] }],
  servicePrincipals: [{ id: 'robot', displayName: 'Robot', owners: ['bert'] }],
  users: [
    {
      id: 'anna',
      displayName: 'Anna',
      mail: 'anna@contoso.example',
      userPrincipalName: 'anna@contoso.example',
      accountEnabled: false,
      jobTitle: 'ERP',
      manager: 'bert',
    },
    { id: 'bert', displayName: 'Bert', mail: 'bert@contoso.example' },
  ],
};

async function cloudWith(monitor: string[]): Promise<TestCloud> {
  const cloud = testCloud();
  await cloud.control('PUT', 'tenant', tenant);
  await cloud.control('PUT', 'permissions', { monitor });
  return cloud;
}

async function owners(cloud: TestCloud, path: string): Promise<Record<string, unknown>[]> {
  const answer = (await (await cloud.graph(path)).json()) as { value: Record<string, unknown>[] };
  return answer.value;
}

describe('owners in the local Graph', () => {
  it('lists users and programs with their type, and leaves out who was deleted', async () => {
    const cloud = await cloudWith(['Application.Read.All', 'User.Read.All']);
    const list = await owners(cloud, '/applications/app/owners');
    expect(list).toMatchObject([
      { '@odata.type': '#microsoft.graph.user', id: 'anna', mail: 'anna@contoso.example' },
      { '@odata.type': '#microsoft.graph.servicePrincipal', id: 'robot', displayName: 'Robot' },
    ]);
    expect(list[0]).not.toHaveProperty('accountEnabled');
    expect(await owners(cloud, "/applications(appId='client')/owners")).toHaveLength(2);
    expect(await owners(cloud, '/servicePrincipals/robot/owners')).toMatchObject([{ id: 'bert' }]);
    expect(await owners(cloud, '/applications/app/owners/microsoft.graph.user')).toHaveLength(1);
  });

  it('shows nothing but type and id of users to who may only read applications', async () => {
    const cloud = await cloudWith(['Application.Read.All']);
    const [anna] = await owners(cloud, '/applications/app/owners');
    expect(anna).toEqual({
      '@odata.type': '#microsoft.graph.user',
      id: 'anna',
      businessPhones: [],
      displayName: null,
      givenName: null,
      jobTitle: null,
      mail: null,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: null,
      userPrincipalName: null,
    });
  });

  it('shows the basic profile with User.ReadBasic.All, and accountEnabled only with User.Read.All', async () => {
    const path = '/applications/app/owners?$select=id,mail,accountEnabled';
    const basic = await cloudWith(['Application.Read.All', 'User.ReadBasic.All']);
    expect((await owners(basic, path))[0]).toMatchObject({
      mail: 'anna@contoso.example',
      accountEnabled: null,
    });
    const full = await cloudWith(['Application.Read.All', 'User.Read.All']);
    expect((await owners(full, path))[0]).toMatchObject({ accountEnabled: false });
  });
});

describe('users and organization in the local Graph', () => {
  it('gives a user, its manager and the organization to who may read them', async () => {
    const cloud = await cloudWith(['User.Read.All', 'Organization.Read.All']);
    const one = await cloud.graph("/users?$select=id&$filter=id eq 'bert'");
    expect(await one.json()).toMatchObject({ value: [{ id: 'bert' }] });
    const user = await cloud.graph('/users/anna@contoso.example?$select=id,accountEnabled');
    expect(await user.json()).toMatchObject({ id: 'anna', accountEnabled: false });
    expect(await (await cloud.graph('/users/anna/manager')).json()).toMatchObject({ id: 'bert' });
    expect((await cloud.graph('/users/bert/manager')).status).toBe(404);
    expect(await (await cloud.graph('/organization?$select=verifiedDomains')).json()).toMatchObject(
      {
        value: [{ verifiedDomains: [{ name: 'contoso.example', isDefault: true }] }],
      },
    );
  });

  it('refuses a single user to who may only read the basic profile, and the organization likewise', async () => {
    const cloud = await cloudWith(['User.ReadBasic.All']);
    expect((await cloud.graph('/users/anna')).status).toBe(403);
    expect((await cloud.graph('/organization')).status).toBe(403);
    expect((await cloud.graph('/users?$select=id,mail')).status).toBe(200);
    const none = await cloudWith(['Application.Read.All']);
    expect((await none.graph('/users')).status).toBe(403);
  });
});
