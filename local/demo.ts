/** `npm run demo`: sixty days of one secret in a minute, from the first mail to the last, over the product's own HTTP. */
import { installation } from './cloud/installation.ts';
import { people } from './cloud/seed-people.ts';
import { seedTenant } from './cloud/seed-tenant.ts';
import { demoClient, type DemoClient } from './demo-client.ts';
import { startLocal } from './local-cloud.ts';

const DAYS = 60;
const DAY_MS = 86_400_000;
const CONTACT = 'erp@contoso.example';
const APPLICATION = 'SmartConnect BC Prod';
/** Opens nothing but the emulated Entra. */
const NEW_SECRET = 'N3w8Q~local.demo.opens-nothing-else';

interface Asked {
  choices: { choice: string; label: string; places?: { id: string; name: string }[] }[];
}

interface Mail {
  at: string;
  to: string[];
  subject: string;
  text: string;
}

type Json = Record<string, unknown>;

await main();

async function main(): Promise<void> {
  const start = new Date(new Date().toISOString().slice(0, 10) + 'T08:00:00Z');
  say(
    `A cloud on this machine: Entra, Graph, mail. Nothing leaves it. ${DAYS} days take a minute.`,
  );
  const local = await startLocal({ port: 0, cloudPort: 0, now: start.toISOString() });
  try {
    await tellTheStory(demoClient(local), start);
  } finally {
    await local.stop();
  }
}

async function tellTheStory(client: DemoClient, start: Date): Promise<void> {
  const [application, users] = storyOf(start);
  const [owner] = users;
  await putTenant(client, { applications: [application], users });
  const [secret] = application['passwordCredentials'] as Json[];
  say(
    `${String(owner['displayName'])} owns “${APPLICATION}”. Its secret is in SmartConnect connection 'BC Prod' and ends ${String(secret?.['endDateTime']).slice(0, 10)}.`,
  );
  const tokens = { failed: 0 };
  let seen = 0;
  let isReplaced = false;
  for (let day = 1; day <= DAYS; day += 1) {
    await client.control('POST', 'clock', { now: at(start, day).toISOString() });
    if (!(await client.hasToken('bc-production'))) tokens.failed += 1;
    const mails = (await mailsOf(client)).people;
    for (const mail of mails.slice(seen)) show(mail, day);
    const news = mails.slice(seen);
    seen = mails.length;
    if (isReplaced || news.length === 0) continue;
    isReplaced = true;
    await replaceSecret(client, { application, users, start, day });
    await answer(client, news.at(-1));
  }
  await finish(client, tokens.failed);
}

/** The seeded application behind the connection, one owner, and the account that integrations work with. */
function storyOf(start: Date): [application: Json, users: [owner: Json, account: Json]] {
  const seeded = seedTenant(start);
  const application = seeded.applications.find(({ displayName }) => displayName === APPLICATION);
  if (application === undefined) throw new Error(`no ${APPLICATION} in the seeded tenant`);
  // The contact of 'BC Prod' on record: one person owns the application and looks after the connection.
  const account = seeded.users.find(({ userPrincipalName }) => userPrincipalName === CONTACT);
  if (account === undefined) throw new Error(`no ${CONTACT} in the seeded tenant`);
  return [
    { ...application, owners: [people.erp.id] },
    [
      { ...people.erp, mail: CONTACT },
      { ...account, mail: null },
    ],
  ];
}

interface Replacing {
  application: Json;
  users: [owner: Json, account: Json];
  start: Date;
  day: number;
}

/** What a person does in the portal, in SmartConnect, and in Keyturn's own connection. */
async function replaceSecret(client: DemoClient, story: Replacing): Promise<void> {
  const { application, users, start, day } = story;
  const [owner] = users;
  const newer = {
    displayName: 'SmartConnect production, new',
    hint: 'N3w',
    secretText: NEW_SECRET,
    startDateTime: at(start, day).toISOString(),
    endDateTime: at(start, day + 365).toISOString(),
  };
  const passwordCredentials = [...(application['passwordCredentials'] as Json[]), newer];
  await putTenant(client, {
    applications: [{ ...application, passwordCredentials }],
    users,
  });
  await client.call('PATCH', '/api/connections/bc-production', { clientSecret: NEW_SECRET });
  await client.call('POST', '/api/connections/bc-production/test');
  say(
    `Day ${day}   ${String(owner['displayName'])} creates a new secret and enters its Value in 'BC Prod' and in Keyturn.`,
  );
}

/** Follows the link of a mail as its page does: the token stands in the fragment, and only a POST acts. */
async function answer(client: DemoClient, mail: Mail | undefined): Promise<void> {
  const token = /\/act#([\w.~-]+)/.exec(mail?.text ?? '')?.[1];
  if (token === undefined) throw new Error('the mail has no link to answer it');
  const asked = await client.call<Asked>('POST', '/api/act', { token });
  const entered = asked.choices.find(({ choice }) => choice === 'entered');
  if (entered === undefined) throw new Error('the link does not offer to say that it was entered');
  const places = entered.places?.map(({ id }) => id) ?? [];
  await client.call('POST', '/api/act', { token, choice: 'entered', places });
  say(`         She follows the link in her mail and says: “${entered.label}”.`);
}

async function finish(client: DemoClient, failedTokens: number): Promise<void> {
  const { people, operations } = await mailsOf(client);
  say(
    `Beside that, operations got ${operations.length}: a digest each week, a test of the channels each month.`,
  );
  const mails = `${people.length} ${people.length === 1 ? 'mail' : 'mails'} in ${DAYS} days`;
  say(`${mails}, ${failedTokens} failed token requests`);
}

/** Every mail so far: what is about a secret, and what whoever runs Keyturn gets in any case. */
async function mailsOf(client: DemoClient): Promise<Record<'people' | 'operations', Mail[]>> {
  const mails = await client.control<Mail[]>('GET', 'mail');
  const isOperations = ({ to }: Mail) => to.includes(installation.operationsRecipient);
  return {
    people: mails.filter((mail) => !isOperations(mail)),
    operations: mails.filter(isOperations),
  };
}

function show({ to, subject, text }: Mail, day: number): void {
  say(`Day ${day}   To ${to.join()}: ${subject}`);
  const used = text.split('\n').find((line) => line.startsWith('Used by: '));
  if (used !== undefined) say(`         ${used.trim()}`);
}

function at(start: Date, day: number): Date {
  return new Date(start.getTime() + day * DAY_MS);
}

function say(line: string): void {
  console.log(line);
}

async function putTenant(client: DemoClient, tenant: Json): Promise<void> {
  await client.control('PUT', 'tenant', { tenantId: installation.tenantId, ...tenant });
}
