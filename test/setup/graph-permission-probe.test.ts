import { describe, expect, it } from 'vitest';
import { clouds } from '../../shared/clouds.ts';
import { surplusRoles } from '../../shared/setup/graph-permission-probe.ts';

const token = (claims: object) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;

function identity(text: string | null) {
  return {
    cloud: clouds.public,
    credential: {
      getToken: async () =>
        text === null ? null : { token: text, expiresOnTimestamp: Number.MAX_SAFE_INTEGER },
    },
  };
}

describe('what a token of Microsoft Graph allows beyond need', () => {
  it('is everything that no permission of ours is', async () => {
    const roles = ['Application.Read.All', 'Directory.ReadWrite.All', 'User.Read.All', 'Mail.Send'];
    expect(await surplusRoles(identity(token({ roles })))).toEqual(['Directory.ReadWrite.All']);
    expect(await surplusRoles(identity(token({ roles })), () => false)).toEqual(roles);
  });

  it('is nothing where the token says nothing, or there is none', async () => {
    for (const text of [token({}), token({ roles: 'x' }), 'opaque', null]) {
      expect(await surplusRoles(identity(text))).toEqual([]);
    }
  });
});
