import { describe, expect, it } from 'vitest';
import { addOwners, openLiveReading, tokenOf, type LiveDeps } from '../../cli/live-source.ts';
import { walkCredentials } from '../../shared/checks/walk.ts';
import { clouds } from '../../shared/clouds.ts';
import type { Owner } from '../../shared/credentials/directory-object.ts';
import type { OwnedObject, OwnerLookup } from '../../shared/credentials/owner-lookup.ts';
import { fakeIo } from '../support/fake-io.ts';
import { walked } from '../support/scan-report.ts';

const nobody = { cloud: clouds.public, tenantId: null };

type Credential = LiveDeps['credential'];

const LATER = Date.parse('2030-01-01T00:00:00Z');

function failing(message: string): Credential {
  return { getToken: () => Promise.reject(new Error(message)) };
}

describe('signing in', () => {
  it('asks for a token of the cloud that is read', async () => {
    const scopes: string[] = [];
    const signIn: Credential = {
      getToken: (scope) => {
        scopes.push(String(scope));
        return Promise.resolve({ token: 't', expiresOnTimestamp: LATER });
      },
    };
    expect(await tokenOf(signIn, { cloud: clouds.usGov, tenantId: null })).toBe('t');
    expect(scopes).toEqual(['https://graph.microsoft.us/.default']);
  });

  it('says "az login" when nobody is signed in, with the tenant that was asked for', async () => {
    const signIn = failing("Please run 'az login' from a command prompt");
    await expect(tokenOf(signIn, nobody)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('run: az login') as string,
    });
    await expect(tokenOf(signIn, { ...nobody, tenantId: 'contoso.example' })).rejects.toThrow(
      'az login --tenant contoso.example',
    );
  });

  it('says where the command line is to be had when it is not installed', async () => {
    await expect(tokenOf(failing('Azure CLI could not be found.'), nobody)).rejects.toThrow(
      'aka.ms/azure-cli',
    );
  });

  it('does not repeat what the command line said: it may quote a token', async () => {
    const error = await tokenOf(failing('eyJ0eXAi.secret.token'), nobody).catch(
      (thrown: unknown) => thrown,
    );
    expect(String(error)).not.toContain('eyJ0eXAi');
  });
});

describe('owners', () => {
  const anna: Owner = {
    id: '1',
    type: 'user',
    displayName: 'Anna',
    address: 'anna@contoso.example',
    accountEnabled: true,
  };

  it('are asked for once findings are known, and only for applications and enterprise applications', async () => {
    const asked: OwnedObject[] = [];
    const lookup: OwnerLookup = {
      ownersOf: (holders) => {
        asked.push(...holders);
        const owners = new Map([['o', [anna]]]);
        return Promise.resolve({
          owners,
          incomplete: [{ list: 'owners', reason: 'half of them' }],
          notes: ['2 owners came back without name and address.'],
        });
      },
    };
    const io = fakeIo();
    const vault = walked({
      holder: { type: 'vault', objectId: 'v', appId: null, displayName: null },
    });
    const findings = [walked(), vault];
    const unread = await addOwners(findings, lookup, io);
    expect(asked).toEqual([{ type: 'application', objectId: 'o' }]);
    expect(findings.map(({ owners }) => owners)).toEqual([[anna], null]);
    expect(unread).toEqual([{ where: 'owners', reason: 'half of them' }]);
    expect(io.stderr).toContain('2 owners came back without');
  });

  it('are not asked for when nothing was found', async () => {
    const lookup: OwnerLookup = { ownersOf: () => Promise.reject(new Error('asked')) };
    expect(await addOwners([], lookup, fakeIo())).toEqual([]);
  });
});

describe('reading a tenant', () => {
  const payload = Buffer.from(JSON.stringify({ tid: 'tenant-1' })).toString('base64url');
  const token = `e30.${payload}.x`;
  const credential: Credential = {
    getToken: () => Promise.resolve({ token, expiresOnTimestamp: LATER }),
  };

  /** Graph with one application that has one secret, owned by Anna. */
  function graph(): { fetch: typeof fetch; urls: string[] } {
    const urls: string[] = [];
    const owner = { '@odata.type': '#microsoft.graph.user', id: '1', mail: 'anna@contoso.example' };
    const application = {
      id: 'o',
      appId: 'a',
      displayName: 'App',
      passwordCredentials: [{ keyId: 'k', endDateTime: '2026-12-01T00:00:00Z' }],
      keyCredentials: [],
    };
    const answers: [string, unknown][] = [
      ['/applications?', { value: [application] }],
      ['/servicePrincipals?', { value: [] }],
      ['/$batch', { responses: [{ id: '0', status: 200, body: { value: [owner] } }] }],
    ];
    return {
      urls,
      fetch: (input, init) => {
        const url = input instanceof Request ? input.url : String(input);
        urls.push(
          `${new Headers(init?.headers).get('authorization') === `Bearer ${token}` ? '' : '! '}${url}`,
        );
        const body = answers.find(([part]) => url.includes(part))?.[1];
        const ids =
          typeof init?.body === 'string' ? /"id":"?(\w+)/.exec(init.body)?.[1] : undefined;
        const json = JSON.stringify(body).replace(
          '"id":"0","status"',
          `"id":"${ids ?? '0'}","status"`,
        );
        return Promise.resolve(
          new Response(json, { headers: { 'content-type': 'application/json' } }),
        );
      },
    };
  }

  it('reads both lists and the owners of what was found, as the signed-in user', async () => {
    const { fetch, urls } = graph();
    const reading = await openLiveReading({ tenantId: null }, fakeIo(), { credential, fetch });
    expect(reading.tenantId).toBe('tenant-1');
    const walk = await walkCredentials(reading.source, {
      now: new Date('2026-12-20T00:00:00Z'),
      keep: ({ status }) => status === 'expired',
    });
    expect(walk.incomplete).toEqual([]);
    expect(await reading.addOwners(walk.findings)).toEqual([]);
    expect(walk.findings[0]?.owners?.map(({ address }) => address)).toEqual([
      'anna@contoso.example',
    ]);
    expect(urls.map((url) => url.split('?')[0])).toEqual([
      'https://graph.microsoft.com/v1.0/applications',
      'https://graph.microsoft.com/v1.0/servicePrincipals',
      'https://graph.microsoft.com/v1.0/$batch',
    ]);
  });

  it('reads the cloud that KEYTURN_CLOUD names, and refuses one that does not exist', async () => {
    const { fetch, urls } = graph();
    const io = fakeIo({ env: { KEYTURN_CLOUD: 'usGov' } });
    const reading = await openLiveReading({ tenantId: null }, io, { credential, fetch });
    await walkCredentials(reading.source, { now: new Date(), keep: () => true });
    expect(urls[0]).toContain('https://graph.microsoft.us/');
    const wrong = fakeIo({ env: { KEYTURN_CLOUD: 'moon' } });
    await expect(
      openLiveReading({ tenantId: null }, wrong, { credential, fetch }),
    ).rejects.toMatchObject({
      code: 'not_configured',
    });
  });
});
