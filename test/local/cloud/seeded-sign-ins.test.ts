import { describe, expect, it } from 'vitest';
import { testCloud, type TestCloud } from '../../support/local-cloud.ts';
import { codeFor, redeem, smartConnect, tokenCall } from '../../support/local-entra.ts';

async function refreshed(cloud: TestCloud, refreshToken: string): Promise<Record<string, unknown>> {
  const answer = await tokenCall(cloud, {
    grant_type: 'refresh_token',
    client_id: smartConnect.clientId,
    client_secret: smartConnect.clientSecret,
    refresh_token: refreshToken,
  });
  return (await answer.json()) as Record<string, unknown>;
}

async function signedIn(cloud: TestCloud): Promise<string> {
  const tokens = (await (await redeem(cloud, await codeFor(cloud))).json()) as Record<
    string,
    string
  >;
  return tokens['refresh_token'] ?? '';
}

describe('a seeded connection, when a test replaces the directory', () => {
  it('goes on working where nothing is said of its application, also past the end of its secret', async () => {
    const cloud = testCloud();
    const refreshToken = await signedIn(cloud);
    await cloud.control('PUT', 'tenant', { applications: [], users: [] });
    cloud.clock.advance(80 * 86_400_000);
    expect(await refreshed(cloud, refreshToken)).toHaveProperty('access_token');
    const listed = await cloud.graph('/applications');
    expect(JSON.stringify(await listed.json())).not.toContain(smartConnect.clientId);
  });

  it('stops where the new directory has the application and not its secret', async () => {
    const cloud = testCloud();
    const refreshToken = await signedIn(cloud);
    await cloud.control('PUT', 'tenant', {
      applications: [{ appId: smartConnect.clientId, displayName: 'SmartConnect BC Prod' }],
    });
    expect(await refreshed(cloud, refreshToken)).toMatchObject({ error_codes: [7000215] });
  });

  it('is no way in for other applications that are gone', async () => {
    const cloud = testCloud();
    await cloud.control('PUT', 'tenant', { applications: [] });
    const answer = await tokenCall(cloud, {
      grant_type: 'client_credentials',
      client_id: '99999999-0000-4000-8000-000000000009',
      client_secret: 'x',
      scope: 'https://graph.microsoft.com/.default',
    });
    expect(await answer.json()).toMatchObject({ error_codes: [700016] });
  });
});
