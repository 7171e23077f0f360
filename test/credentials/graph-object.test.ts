import { describe, expect, it } from 'vitest';
import type { DirectoryObject } from '../../shared/credentials/directory-object.ts';
import { readGraphObject, readGraphOwner } from '../../shared/credentials/graph-object.ts';

function read(raw: unknown): DirectoryObject {
  const object = readGraphObject(raw, 'application');
  if ('problem' in object) throw new Error(object.problem);
  return object;
}

describe('readGraphObject', () => {
  it('leaves the value of a secret and the bytes of a key behind', () => {
    const object = read({
      id: '1',
      passwordCredentials: [{ keyId: 'k', secretText: 'S3CRET', hint: 'S3C' }],
      keyCredentials: [{ keyId: 'k', key: 'MIIC…', usage: 'Verify', type: 'AsymmetricX509Cert' }],
    });
    expect(JSON.stringify(object)).not.toMatch(/S3CRET|MIIC/);
    expect(object.passwordCredentials?.[0]?.hint).toBe('S3C');
    expect(object.keyCredentials?.[0]?.usage).toBe('Verify');
  });

  it('tells credentials that were not read from none', () => {
    const object = read({ id: '1', passwordCredentials: [], keyCredentials: null });
    expect(object.passwordCredentials).toEqual([]);
    expect(object.keyCredentials).toBeNull();
    expect(read({ id: '1' }).passwordCredentials).toBeNull();
  });

  it('collects the redirect URIs of all platforms and the APIs that are asked for', () => {
    const object = read({
      web: { redirectUris: ['https://a.example'] },
      spa: { redirectUris: ['https://b.example'] },
      publicClient: { redirectUris: ['http://localhost'] },
      replyUrls: ['https://c.example'],
      requiredResourceAccess: [{ resourceAppId: 'api-1', resourceAccess: [] }, null],
    });
    expect(object.redirectUris).toEqual([
      'https://a.example',
      'https://b.example',
      'http://localhost',
      'https://c.example',
    ]);
    expect(object.requiredResourceAppIds).toEqual(['api-1']);
  });

  it('keeps a credential whose date cannot be read, with no end', () => {
    const object = read({ passwordCredentials: [{ keyId: 'k', endDateTime: 'datetime-value' }] });
    expect(object.passwordCredentials?.[0]?.expiresAt).toBeNull();
  });

  it.each([
    [null, 'it is not a JSON object'],
    ['text', 'it is not a JSON object'],
    [{ passwordCredentials: 'none' }, 'its passwordCredentials are not a list of credentials'],
    [{ keyCredentials: [1] }, 'its keyCredentials are not a list of credentials'],
  ])('says what is wrong with %j', (raw, problem) => {
    expect(readGraphObject(raw, 'application')).toEqual({ problem });
  });
});

describe('readGraphOwner', () => {
  it('takes mail before the user principal name, and never a guest name', () => {
    const guest = 'a_b.example#EXT#@contoso.example';
    expect(readGraphOwner({ mail: 'a@b.example', userPrincipalName: guest }).address).toBe(
      'a@b.example',
    );
    expect(readGraphOwner({ mail: null, userPrincipalName: guest }).address).toBeNull();
  });

  it('knows nothing about an owner that came back as an id alone', () => {
    expect(readGraphOwner({ id: 'id-value' })).toEqual({
      id: 'id-value',
      type: 'unknown',
      displayName: null,
      address: null,
      accountEnabled: null,
    });
  });

  it('knows an application or a group from a person', () => {
    expect(readGraphOwner({ '@odata.type': '#microsoft.graph.servicePrincipal' }).type).toBe(
      'servicePrincipal',
    );
    expect(readGraphOwner({ '@odata.type': '#microsoft.graph.group' }).type).toBe('group');
    expect(readGraphOwner({ '@odata.type': '#microsoft.graph.user' }).type).toBe('user');
  });
});
