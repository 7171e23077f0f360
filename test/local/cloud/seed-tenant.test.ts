import { describe, expect, it } from 'vitest';
import { buildDirectory } from '../../../local/cloud/build-directory.ts';
import type { GraphObject, ObjectList } from '../../../local/cloud/directory.ts';
import { generatedApplications } from '../../../local/cloud/generated-applications.ts';
import { seedConsumers } from '../../../local/cloud/seed-consumers.ts';
import { seedTenant } from '../../../local/cloud/seed-tenant.ts';

const start = new Date('2026-11-25T08:00:00Z');
const DAY_MS = 86_400_000;

interface Ending {
  endDateTime: string | null;
  keyId: string;
  key?: string;
}

function objects(list: ObjectList): GraphObject[] {
  return Array.from({ length: list.length }, (_, index) => list.at(index));
}

function secretsOf(object: GraphObject | undefined): Ending[] {
  return (object?.['passwordCredentials'] ?? []) as Ending[];
}

function daysLeft({ endDateTime }: Ending): number {
  return Math.floor((Date.parse(endDateTime ?? '') - start.getTime()) / DAY_MS);
}

describe('the seeded tenant', () => {
  const directory = buildDirectory(seedTenant(start));
  const applications = objects(directory.applications);

  it('has the applications and secrets that the seeded consumers name', () => {
    const held = Object.values(seedConsumers).map(({ appId, keyId }) => {
      const application = applications.find((one) => one['appId'] === appId);
      return secretsOf(application).some((secret) => secret.keyId === keyId);
    });
    expect(held).toEqual([true, true]);
  });
  const byName = (name: string) =>
    applications.find(({ displayName }) => displayName === name) as GraphObject;

  it('has some 60 applications, each with an id of its own', () => {
    expect(applications.length).toBeGreaterThanOrEqual(55);
    expect(applications.length).toBeLessThanOrEqual(70);
    expect(new Set(applications.map(({ id }) => id)).size).toBe(applications.length);
    const principals = objects(directory.servicePrincipals);
    expect(new Set(principals.map(({ id }) => id)).size).toBe(principals.length);
    expect(new Set(principals.map(({ appId }) => appId)).size).toBe(principals.length);
  });

  it('is the same for the same day but for its version', () => {
    const again = buildDirectory(seedTenant(start));
    expect(objects(again.applications)).toEqual(applications);
    expect(objects(again.servicePrincipals)).toEqual(objects(directory.servicePrincipals));
  });

  it('gives the secrets of connections 30 days and more', () => {
    const connections = [
      'SmartConnect BC Prod',
      'SmartConnect BC Sandbox',
      'CRM Sales Sync',
      'BC Reporting',
      'Contoso Web Shop',
    ];
    for (const name of connections) {
      const secrets = secretsOf(byName(name));
      expect(secrets).toHaveLength(1);
      expect(daysLeft(secrets[0] as Ending)).toBeGreaterThanOrEqual(30);
      expect(directory.secretOf(secrets[0]?.keyId ?? '')).toContain('opens-nothing-else');
    }
    expect(byName('SmartConnect BC Prod')['web']).toMatchObject({
      redirectUris: [
        expect.stringContaining('smartconnect.com') as string,
        'http://localhost/oauth/callback',
      ],
    });
    expect(directory.ownersOf(byName('SmartConnect BC Prod').id)).toHaveLength(2);
  });

  it('has secrets that end in 2, 6, 13, 29 and 55 days, are expired, endless or dateless', () => {
    const ends = applications.flatMap((application) => [
      ...secretsOf(application),
      ...((application['keyCredentials'] ?? []) as Ending[]),
    ]);
    const days = ends.map(daysLeft);
    for (const wanted of [2, 6, 13, 29, 55]) expect(days).toContain(wanted);
    expect(days.some((left) => left < -1000)).toBe(true);
    expect(ends.some(({ endDateTime }) => endDateTime?.startsWith('2299'))).toBe(true);
    expect(ends.some(({ endDateTime }) => endDateTime === null)).toBe(true);
  });

  it('has the SAML triple with one key id twice on a servicePrincipal', () => {
    const saml = objects(directory.servicePrincipals).find(
      (principal) => principal['preferredSingleSignOnMode'] === 'saml',
    );
    const keys = (saml?.['keyCredentials'] ?? []) as Record<string, unknown>[];
    expect(keys.map(({ usage }) => usage)).toEqual(['Sign', 'Verify']);
    expect(secretsOf(saml)).toMatchObject([
      { keyId: keys[0]?.['keyId'], customKeyIdentifier: keys[1]?.['customKeyIdentifier'] },
    ]);
  });

  it('has owners that are missing, disabled, guests, deleted or programs', () => {
    const owner = (name: string) => directory.ownersOf(byName(name).id);
    expect(owner('Ownerless Mail Relay')).toEqual([]);
    const find = (name: string) => objects(directory.users).find(({ id }) => id === owner(name)[0]);
    expect(find('Left Behind')).toMatchObject({ accountEnabled: false });
    expect(directory.managerOf(find('Left Behind')?.id ?? '')).toBeDefined();
    expect(find('Fabrikam Consulting')?.['userPrincipalName']).toContain('#EXT#');
    expect(find('Owner Deleted')).toBeUndefined();
    expect(directory.servicePrincipals.indexOf(owner('Owned By A Program')[0] ?? '')).not.toBe(-1);
  });
});

describe('a generated tenant', () => {
  it('makes the same applications for the same seed, with ids that lead back to them', () => {
    const one = generatedApplications({ applications: 5000, credentialsEach: 2, seed: 7 }, start);
    const two = generatedApplications({ applications: 5000, credentialsEach: 2, seed: 7 }, start);
    const application = one.applications.at(4321);
    expect(two.applications.at(4321)).toEqual(application);
    expect(one.applications.indexOf(application.id)).toBe(4321);
    expect(one.applications.indexOfAppId(String(application['appId']))).toBe(4321);
    expect(one.applications.indexOf('nobody')).toBe(-1);
    expect(one.ownersOf(application.id)).toHaveLength(1);
    const [certificate] = application['keyCredentials'] as Ending[];
    expect(certificate?.key).toHaveLength(1200);
    expect(secretsOf(application)).toHaveLength(1);
  });

  it('lets about one credential in a hundred end within 60 days, and one have ended', () => {
    const { applications } = generatedApplications(
      { applications: 10_000, credentialsEach: 2, seed: 1 },
      start,
    );
    const days = objects(applications).flatMap((application) =>
      [...secretsOf(application), ...(application['keyCredentials'] as Ending[])].map(daysLeft),
    );
    const expiring = days.filter((left) => left >= 0 && left <= 60).length;
    const expired = days.filter((left) => left < 0).length;
    expect(expiring).toBeGreaterThan(100);
    expect(expiring).toBeLessThan(300);
    expect(expired).toBeGreaterThan(100);
    expect(expired).toBeLessThan(300);
  });
});
