import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../support/broker.ts';
import { connectWorld, ERP } from '../support/connect-world.ts';

const SECRET = 'c4n4ry-of-a-callback';
const HOME = 'https://keyturn.example/oauth/callback';
const PROVIDER = {
  issuer: 'https://id.example',
  authorizationEndpoint: 'https://id.example/authorize',
  tokenEndpoint: 'https://id.example/token',
  jwksUri: 'https://id.example/jwks',
  sendsIssuer: true,
  refreshTokens: 'rotating' as const,
};

const text = fc.oneof(
  fc.string(),
  fc.string().map((one) => `${one}${SECRET}`),
  fc.constantFrom(
    `<script>${SECRET}</script>`,
    `https://evil.example/${SECRET}`,
    '//evil.example',
    '\r\nset-cookie: a=b',
    `AADSTS90094 ${SECRET}`,
    'access_denied',
    PROVIDER.issuer,
    'https://evil.example',
  ),
);
const anything = fc.dictionary(
  fc.constantFrom(
    'code',
    'error',
    'error_description',
    'error_uri',
    'iss',
    'tenant',
    'admin_consent',
    'session_state',
    'redirect_uri',
    'returnTo',
    'id_token',
  ),
  text,
);
const fields = fc.oneof(
  anything,
  text.map((code) => ({ code, iss: PROVIDER.issuer })),
  fc.tuple(anything, text).map(([all, code]) => ({ ...all, code })),
);
/** What the provider makes of the code: somebody, somebody else, nobody, or a refusal. */
const outcome = fc.constantFrom('expected', 'other', 'nobody', 'refused');

/** Where state and cookie are right, everything else is still anybody's word. */
describe.each([
  ['Entra', {}],
  ['a provider of its own', { kind: 'oauth2' as const, tenantId: null, oauth2: PROVIDER }],
])('the answer of %s with its own state and cookie', (_name, changed) => {
  it('ends on a page of ours and puts nothing of it anywhere, whatever stands beside them', async () => {
    const results = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fields, outcome, fc.boolean(), async (sent, what, isForm) => {
        const world = await connectWorld(changed);
        const made = (await world.makeLink({ anybody: true })).json();
        const token = new URL(String(made['url'])).hash.slice(1);
        const begun = await world.act({ token, choice: 'signIn' });
        const state = new URL(String(begun.json()['url'])).searchParams.get('state') ?? '';
        const cookie = begun.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
        if (what === 'refused') world.provider.script.push(refusal('invalid_grant', 70000));
        else if (what !== 'nobody')
          world.signIn(
            what === 'expected' ? ERP : { ...ERP, tenantId: 'other', objectId: 'other' },
          );
        const query = new URLSearchParams({ ...sent, state }).toString();
        const { id, kind } = world.connection;
        const isOwn = kind === 'oauth2';
        const path = isOwn ? `/oauth/callback/${id}` : '/oauth/callback';
        const request = isForm
          ? {
              method: 'POST',
              path,
              body: query,
              headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
            }
          : { path: `${path}?${query}`, headers: { cookie } };
        const answer = isOwn ? await world.callbackOf(id, request) : await world.callback(request);
        expect([303, 400], answer.text).toContain(answer.status);
        const location = answer.headers.get('location') ?? '';
        if (answer.status === 303) {
          expect(location).toMatch(/^https:\/\/keyturn\.example\/oauth\/callback\?result=\w+$/);
          expect(location.startsWith(HOME)).toBe(true);
          results.add(location.split('=')[1] ?? '');
        }
        const everywhere = [
          answer.text,
          JSON.stringify([...answer.headers]),
          ...answer.logs,
          ...world.printed,
          ...world.lines,
          JSON.stringify(world.tables.dump()),
          JSON.stringify(world.audit.acts),
        ].join('\n');
        expect(everywhere).not.toContain(SECRET);
        expect(everywhere).not.toContain(state);
        // Nobody's word but the provider's connects anything.
        const now = await world.parts.connections.state(world.connection);
        expect(['pending', 'pendingApproval']).toContain(now?.status ?? 'pending');
      }),
      { numRuns: 150 },
    );
    expect(results).toContain('pendingApproval');
    expect(results).toContain('tryAgain');
  });
});
