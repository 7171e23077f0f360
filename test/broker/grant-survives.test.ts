import { describe, expect, it } from 'vitest';
import { installation } from '../../local/cloud/installation.ts';
import { entraTokenProvider } from '../../shared/broker/entra-token-provider.ts';
import { oauth2TokenProvider } from '../../shared/broker/oauth2-token-provider.ts';
import type { TokenProvider } from '../../shared/broker/token-provider.ts';
import { clouds } from '../../shared/clouds.ts';
import { keyVaultSecretVault } from '../../shared/connections/key-vault-secret-vault.ts';
import type { Egress } from '../../shared/egress.ts';
import { AppError } from '../../shared/errors.ts';
import { brokerWorld, HOLDER } from '../support/broker.ts';
import { testCloud } from '../support/local-cloud.ts';
import { vaultClient } from '../support/vault-client.ts';

const WANTED = { minTtlSeconds: 300 };
const DAY_MS = 86_400_000;

interface Answer {
  status: number;
  text: string;
  headers?: Record<string, string>;
}
const tokens = (more: Record<string, unknown>): Answer => ({
  status: 200,
  text: JSON.stringify({ access_token: 'at', token_type: 'Bearer', expires_in: 3600, ...more }),
});

const providers: [string, (egress: Egress) => TokenProvider][] = [
  ['Entra', (egress) => entraTokenProvider({ cloud: clouds.public, egress })],
  [
    'a provider that revokes on use',
    (egress) =>
      oauth2TokenProvider({
        egress,
        methods: new Map(),
        provider: {
          issuer: null,
          authorizationEndpoint: null,
          tokenEndpoint: 'https://id.example/token',
          jwksUri: null,
          sendsIssuer: false,
          refreshTokens: 'rotating',
        },
      }),
  ],
];

/** A broker whose provider answers so as long as it is in trouble, and well afterwards. */
async function troubled(made: (egress: Egress) => TokenProvider, trouble: Answer | Error) {
  const world = await brokerWorld();
  const sent: (string | null)[] = [];
  const now = { isInTrouble: true };
  const egress: Egress = async ({ body }) => {
    sent.push(new URLSearchParams(body).get('refresh_token'));
    const answer = now.isInTrouble ? trouble : tokens({ refresh_token: 'rt-new' });
    if (answer instanceof Error) throw answer;
    return { headers: {}, ...answer };
  };
  const provider = made(egress);
  const newBroker = () => world.newBroker({ providerOf: () => provider });
  return { ...world, sent, now, newBroker };
}

describe.each(providers)('a grant of %s survives', (_name, made) => {
  it.each<[string, Answer | Error]>([
    ['429', { status: 429, text: '', headers: { 'retry-after': '30' } }],
    ['503', { status: 503, text: '{"error":"temporarily_unavailable"}' }],
    ['504 with an empty body', { status: 504, text: '' }],
    ['HTML under 502', { status: 502, text: '<html><h1>Bad Gateway</h1></html>' }],
    ['200 with nothing', { status: 200, text: '' }],
    ['no answer', new AppError('service_unreachable', 'It gave no usable answer.')],
  ])('%s', async (_what, trouble) => {
    const { newBroker, state, now, clock, sent } = await troubled(made, trouble);
    const before = await state();
    expect(await newBroker().acquire(HOLDER, WANTED)).toMatchObject({
      ok: false,
      failure: { status: 'degraded' },
    });
    const after = await state();
    expect(after).toEqual({ ...before, failure: after.failure });
    now.isInTrouble = false;
    clock.advance(2 * 60_000);
    expect(await newBroker().acquire(HOLDER, WANTED)).toMatchObject({ token: { value: 'at' } });
    expect(new Set(sent)).toEqual(new Set(['rt-0']));
    expect((await state()).failure).toBeNull();
  });

  it.each<[string, Answer, string]>([
    ['an answer without a refresh token', tokens({}), 'rt-0'],
    ['the same refresh token again', tokens({ refresh_token: 'rt-0' }), 'rt-0'],
    ['an empty refresh token', tokens({ refresh_token: '' }), 'rt-0'],
    ['another one', tokens({ refresh_token: 'rt-1' }), 'rt-1'],
  ])('%s', async (_what, answer, next) => {
    const { newBroker, clock, sent } = await troubled(made, answer);
    for (let hour = 0; hour < 2; hour += 1) {
      expect(await newBroker().acquire(HOLDER, WANTED)).toMatchObject({ ok: true });
      clock.advance(3_600_000);
    }
    expect(sent).toEqual(['rt-0', next]);
  });
});

describe('a grant survives a key vault', () => {
  const beingRecovered = {
    error: {
      code: 'Conflict',
      message: 'Secret is currently being recovered.',
      innererror: { code: 'ObjectIsBeingRecovered' },
    },
  };

  it.each<[string, Record<string, unknown>]>([
    ['429', { status: 429, body: '' }],
    ['409 ObjectIsBeingRecovered', { status: 409, body: beingRecovered }],
    ['500', { status: 500, body: '' }],
  ])('that answers %s to the weekly copy, which is made good later', async (_what, fault) => {
    const world = await brokerWorld({ rotating: true });
    const cloud = testCloud({ now: () => new Date() });
    const vault = keyVaultSecretVault(() => vaultClient(cloud, installation.vaultUrl));
    const host = new URL(installation.vaultUrl).host;
    await cloud.control('POST', 'faults', { host, method: 'PUT', ...fault, times: 1 });
    const broker = () => world.newBroker({ vault });
    world.clock.advance(8 * DAY_MS);
    expect(await broker().acquire(HOLDER, WANTED)).toMatchObject({ token: { value: 'at-1' } });
    expect(await vault.newest('conn-bc-production-a1b2c3d4-grant')).toBeNull();
    world.clock.advance(3_600_000);
    expect(await broker().acquire(HOLDER, WANTED)).toMatchObject({ token: { value: 'at-2' } });
    expect(await vault.newest('conn-bc-production-a1b2c3d4-grant')).toMatchObject({
      value: 'rt-2',
    });
    expect(world.lines.join()).not.toMatch(/rt-\d/);
  });

  it.each([429, 500])(
    'that answers %s when secrets are read: the caller is told, and nothing is changed',
    async (status) => {
      const world = await brokerWorld();
      const before = await world.state();
      const cloud = testCloud({ now: () => new Date() });
      const vault = keyVaultSecretVault(() => vaultClient(cloud, installation.vaultUrl));
      const secret = await vault.put('conn-secret', 'value', { contentType: '', tags: {} });
      const host = new URL(installation.vaultUrl).host;
      await cloud.control('POST', 'faults', { host, method: 'GET', status, body: '', times: 1 });
      const proofsOf = async () => [
        { type: 'secret' as const, id: 'v1', value: (await vault.get(secret)) ?? '' },
      ];
      const broker = world.newBroker({ proofsOf });
      await expect(broker.acquire(HOLDER, WANTED)).rejects.toMatchObject({
        code: 'vault_unavailable',
      });
      expect(await world.state()).toEqual(before);
      expect(await broker.acquire(HOLDER, WANTED)).toMatchObject({ token: { value: 'at-1' } });
    },
  );
});
