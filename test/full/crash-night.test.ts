import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, describe, expect, it } from 'vitest';
import { application, guid, NOW, secret, user } from '../support/graph-tenant.ts';
import { startInstallation, type Installation } from '../support/installation.ts';

const OWNERS = Array.from({ length: 10 }, (_, index) => user(`owner-${index}`));
/** Days until the end; each application belongs to one owner, and every third one to the next owner too. */
const ENDS = [45.5, 20.5, 10.5, 5.5, 2.5, 0.5, -1.5, 25.5, 12.5, 4.5, 1.5, 50.5];
const APPLICATIONS = ENDS.map((days, index) =>
  application(index, {
    owners: ownersOf(index).map(({ id }) => id),
    passwordCredentials: [secret(guid('c0', index), days)],
  }),
);

/** Who must be told about which application: owners, fallback from 7 days on, escalation from 1 day on. */
const EXPECTED = ENDS.flatMap((days, index) => {
  const lists = [
    ...(days <= 7 ? ['fallback@contoso.example'] : []),
    ...(days <= 1 ? ['escalation@contoso.example'] : []),
  ];
  const addresses = [...ownersOf(index).map(({ mail }) => mail), ...lists];
  return addresses.map((address) => `${address}: Orders ${index}`);
}).toSorted();

function ownersOf(index: number): typeof OWNERS {
  const first = OWNERS.slice(index % OWNERS.length, (index % OWNERS.length) + 1);
  const second = OWNERS.slice((index + 1) % OWNERS.length, ((index + 1) % OWNERS.length) + 1);
  return index % 3 === 0 ? [...first, ...second] : first;
}

let keyturn: Installation;

afterEach(() => keyturn?.stop());

async function start(): Promise<void> {
  keyturn = await startInstallation({ now: NOW });
  await keyturn.control('PUT', 'tenant', { applications: APPLICATIONS, users: OWNERS });
  await keyturn.control('DELETE', 'requests');
}

async function fault(answer: Record<string, unknown>): Promise<void> {
  await keyturn.control('POST', 'faults', { host: 'graph.microsoft.com', ...answer });
}

async function callsTo(path: RegExp): Promise<number> {
  const requests = await keyturn.graphRequests();
  return requests.filter(({ url }) => path.test(new URL(url).pathname)).length;
}

/** "who: which application", for each warning in each mail. */
async function told(): Promise<string[]> {
  const mails = await keyturn.mails();
  return mails.flatMap(({ to, text }) =>
    [...new Set(text.match(/Orders \d+/g))].map((name) => `${to.join()}: ${name}`),
  );
}

/** Ends the host as a power cut would, and starts it again. */
async function kill(): Promise<void> {
  const [host] = keyturn.hosts;
  const before = host?.pid;
  await host?.kill('SIGKILL');
  expect(() => process.kill(before ?? 0, 0)).toThrow('ESRCH');
}

async function restart(): Promise<void> {
  await keyturn.control('DELETE', 'faults');
  await keyturn.hosts[0]?.restart();
}

/** Waits until the queue has given back what the dead process had in hand (its time is real), and until all is done. */
async function redelivered(): Promise<void> {
  const queues = QueueServiceClient.fromConnectionString(keyturn.connectionString);
  const waiting = async () => {
    let count = 0;
    for await (const { name } of queues.listQueues()) {
      const { approximateMessagesCount } = await queues.getQueueClient(name).getProperties();
      count += approximateMessagesCount ?? 0;
    }
    return count;
  };
  await expect.poll(waiting, { timeout: 90_000, interval: 200 }).toBe(0);
  await keyturn.settle();
}

/** Time goes on; the sweep's timer runs. */
async function sweep(): Promise<void> {
  for (const advance of ['PT6M', 'PT20M', 'PT20M']) {
    await keyturn.control('POST', 'clock', { advance });
  }
}

/** Nobody has been forgotten; gives back who was told twice. */
async function verify(label: string): Promise<string[]> {
  const sent = await told();
  expect([...new Set(sent)].toSorted(), label).toEqual(EXPECTED);
  const repeated = sent.filter((warning, index) => sent.indexOf(warning) !== index);
  const mails = await keyturn.mails();
  console.log(
    `${label}: ${EXPECTED.length} warnings in ${mails.length} mails, 0 lost, ${repeated.length} repeated`,
  );
  const { runs } = await keyturn.read<{ runs: { status: string }[] }>('/api/checks');
  expect(
    runs.map(({ status }) => status),
    label,
  ).toEqual(['complete']);
  // Everybody knows, so a night more has nothing to say.
  expect((await keyturn.check()).status, label).toBe('complete');
  expect(await told(), label).toHaveLength(sent.length);
  return repeated;
}

describe('a host process that is killed', () => {
  it('while Microsoft Graph is being read loses nothing and repeats nothing', async () => {
    await start();
    await fault({ method: 'GET', path: '^/v1\\.0/applications', delayMs: 20_000 });
    await keyturn.startCheck();
    await expect.poll(() => callsTo(/\/applications$/), { timeout: 10_000 }).toBe(1);
    await kill();
    await restart();
    await redelivered();
    await sweep();
    expect(await verify('killed while Graph was read')).toEqual([]);
  });

  it('between planning and delivery loses nothing and repeats nothing', async () => {
    await start();
    // Held back and then refused: none of these mails went out, however long the emulator takes over them.
    await fault({ method: 'POST', path: '/sendMail$', delayMs: 3_000, status: 503 });
    await keyturn.startCheck();
    await expect.poll(() => callsTo(/\/sendMail$/), { timeout: 20_000 }).toBeGreaterThan(0);
    expect(await told()).toEqual([]);
    await kill();
    await restart();
    await redelivered();
    await sweep();
    expect(await verify('killed between planning and delivery')).toEqual([]);
  });

  it('after Graph took a mail and before that was written down repeats that mail and loses none', async () => {
    await start();
    // Delayed only: Graph takes the mail after its sender has died.
    await fault({ method: 'POST', path: '/sendMail$', delayMs: 3_000 });
    await keyturn.startCheck();
    await expect.poll(() => callsTo(/\/sendMail$/), { timeout: 20_000 }).toBeGreaterThan(0);
    await kill();
    const inFlight = await callsTo(/\/sendMail$/);
    const accepted = async () => (await keyturn.mails()).length;
    await expect.poll(accepted, { timeout: 10_000 }).toBe(inFlight);
    const outBefore = await told();
    await restart();
    await redelivered();
    await sweep();
    const repeated = await verify('killed between send and mark');
    expect(repeated.length).toBeGreaterThan(0);
    expect(repeated.toSorted()).toEqual(outBefore.toSorted());
  });
});
