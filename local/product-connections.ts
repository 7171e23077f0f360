import { integrationUser, seedConnectionsIn } from './cloud/seed-connection-bodies.ts';
import type { CloudName } from './cloud/national-clouds.ts';
import { keepKeys, newKey, readKeptKeys, type KeptKey } from './kept-keys.ts';
import { callProduct } from './product-client.ts';
import { signIn, type SigningIn } from './product-sign-in.ts';

interface Seeding extends SigningIn {
  now: () => Date;
  cloudName: CloudName;
  /** Where keys are kept for the next start; null: they live as long as the process. */
  dataDirectory: string | null;
}

/** A key of each connection, by its id. */
export type ConnectionKeys = Record<string, string>;

const COMPANY = 'CRONUS';

/**
 * Sets the seeded connections up over the product's own routes (security rule 33), as an administrator and the person
 * who signs in would do it, and makes a key for each. A connection that is there from an earlier start stays as it is.
 * Throws when a route does not answer as the contract says.
 */
export async function putSeedConnections(seeding: Seeding): Promise<ConnectionKeys> {
  const file = { dataDirectory: seeding.dataDirectory, name: 'connection-keys.json' };
  const kept = await readKeptKeys(file, seeding.now());
  const keys = await Promise.all(
    seedConnectionsIn(seeding.cloudName).map(async ([id, body]): Promise<[string, KeptKey]> => {
      const admin = adminOf(seeding, id);
      const put = await admin('PUT', '', {
        headers: { 'if-none-match': '*' },
        body,
        expected: [201, 412],
      });
      if (put.status === 201) await setUp[id]?.(seeding);
      return [id, kept[id] ?? (await newCallerKey(seeding, id))];
    }),
  );
  await keepKeys(file, Object.fromEntries(keys));
  return Object.fromEntries(keys.map(([id, { key }]) => [id, key]));
}

/** What comes after PUT; `bc-sandbox` waits for somebody to sign in. */
const setUp: Record<string, (seeding: Seeding) => Promise<void>> = {
  'bc-production': async (seeding) => {
    await connect(seeding, 'bc-production');
    await chooseCompany(seeding, 'bc-production');
  },
  'crm-sales': async (seeding) => connect(seeding, 'crm-sales'),
  'bc-reporting': async (seeding) => {
    await test(seeding, 'bc-reporting');
  },
};

type Admin = (
  method: string,
  rest: string,
  sent?: Parameters<typeof callProduct>[2],
) => ReturnType<typeof callProduct>;

function adminOf({ url, adminKey }: Seeding, id: string): Admin {
  return (method, rest, sent = {}) =>
    callProduct(method, `${url}/api/connections/${id}${rest}`, {
      ...sent,
      headers: { 'x-keyturn-key': adminKey, ...sent.headers },
    });
}

/** The account is a new one for Keyturn, so an administrator approves it. */
async function connect(seeding: Seeding, id: string): Promise<void> {
  const result = await signIn(seeding, id, integrationUser);
  if (result !== 'pendingApproval') throw new Error(`the sign-in for ${id} ended with "${result}"`);
  await adminOf(seeding, id)('POST', '/approve', { body: {} });
}

async function chooseCompany(seeding: Seeding, id: string): Promise<void> {
  const admin = adminOf(seeding, id);
  const { companies } = await test(seeding, id);
  const chosen = companies.find(({ name }) => name === COMPANY);
  if (chosen === undefined) throw new Error(`the test of ${id} names no company ${COMPANY}`);
  const shown = await admin('GET', '');
  await admin('PATCH', '', {
    headers: { 'if-match': shown.headers.get('etag') ?? '' },
    body: { company: { id: chosen.id, name: chosen.name } },
  });
}

interface Tested {
  companies: { id: string; name: string }[];
}

async function test(seeding: Seeding, id: string): Promise<Tested> {
  const { body, text } = await adminOf(seeding, id)('POST', '/test');
  if (body['ok'] !== true) throw new Error(`the test of ${id} says: ${text}`);
  return { companies: body['companies'] as Tested['companies'] };
}

/** The key with which programs fetch the connection's tokens. */
function newCallerKey(seeding: Seeding, id: string): Promise<KeptKey> {
  return newKey('local-caller', (name) =>
    adminOf(seeding, id)('POST', '/keys', { body: { name }, expected: [201, 409] }),
  );
}
