import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  application,
  guid,
  inDays,
  NOW,
  secret,
  user,
  type GraphJson,
} from '../support/graph-tenant.ts';
import {
  startInstallation,
  type FindingAnswer,
  type Installation,
  type RunAnswer,
  type SentRequest,
} from '../support/installation.ts';

const APPLICATIONS = 2_203;
const ENTERPRISE_APPLICATIONS = 6;
const PAGE = 999;
const EMPTY_PAGES = 1;
const USERS = Array.from({ length: 25 }, (_, index) => user(`owner-${index}`));
const DAY_KINDS = 40;

interface Expected {
  holder: string;
  keyId: string;
  status: 'expired' | 'expiring' | 'ok' | 'unknownExpiry';
  /** Whether somebody is to be told, for which its holder's owners are looked up. */
  isDue: boolean;
}

/** What was put in, and what must come of it: written down here, not by Keyturn's rules. */
const expected: Expected[] = [];
const counts = { expired: 0, expiring: 0, ok: 0, neverExpires: 0, unknownExpiry: 0 };
const applications = Array.from({ length: APPLICATIONS }, (_, index) => numbered(index));
const enterpriseApplications = Array.from({ length: ENTERPRISE_APPLICATIONS }, enterprise);

function numbered(index: number): GraphJson {
  const keyId = guid('c0', index);
  const holder = guid('a0', index);
  const owners = index % 7 === 0 ? [] : [ownerOf(index), ownerOf(index + 3)];
  const found = (status: Expected['status'], isDue: boolean) => {
    counts[status] += 1;
    expected.push({ holder, keyId, status, isDue });
  };
  switch (index % DAY_KINDS) {
    case 0:
      found('expiring', true);
      return application(index, {
        owners,
        passwordCredentials: [secret(keyId, 1.5 + (index % 58))],
      });
    case 3: {
      // Both are in force; nobody has proven that the newer one is used.
      found('expiring', true);
      counts.ok += 1;
      const newer = secret(guid('c1', index), 700, -10);
      return application(index, { owners, passwordCredentials: [newer, secret(keyId, 10.5)] });
    }
    case 7:
      found('expired', true);
      return application(index, { owners, passwordCredentials: [secret(keyId, -2.5)] });
    case 13:
      found('expiring', true);
      return application(index, { owners, keyCredentials: [certificate(keyId, 20.5)] });
    case 21:
      found('unknownExpiry', false);
      return application(index, { owners, passwordCredentials: [secret(keyId, null)] });
    case 27:
      // Reported for ever, told about for five weeks.
      found('expired', false);
      return application(index, { owners, passwordCredentials: [secret(keyId, -100)] });
    case 33:
      // Replaced every month: it ends in less than 60 days, and nobody is to be told yet.
      found('ok', false);
      return application(index, { owners, passwordCredentials: [secret(keyId, 20, -10)] });
    case 35:
      counts.neverExpires += 1;
      return application(index, {
        passwordCredentials: [{ ...secret(keyId, 0), endDateTime: '2299-12-31T00:00:00Z' }],
      });
    case 36:
      return application(index, {});
    default:
      counts.ok += 1;
      return application(index, { owners, passwordCredentials: [secret(keyId, 400)] });
  }
}

function enterprise(_: unknown, index: number): GraphJson {
  const id = guid('b0', index);
  const keyId = guid('c2', index);
  const common = { id, appId: guid('b1', index), displayName: `Shop ${index}` };
  if (index !== 2) return common;
  counts.expiring += 1;
  expected.push({ holder: id, keyId, status: 'expiring', isDue: true });
  return { ...common, owners: [ownerOf(1)], keyCredentials: [certificate(keyId, 15.5)] };
}

function certificate(keyId: string, endsInDays: number) {
  const validity = { startDateTime: inDays(-730), endDateTime: inDays(endsInDays) };
  return {
    keyId,
    displayName: 'CN=orders',
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    ...validity,
  };
}

function ownerOf(index: number): string {
  return USERS[index % USERS.length]?.id ?? '';
}

let keyturn: Installation;
let run: RunAnswer;
let findings: FindingAnswer[];
let requests: SentRequest[];

beforeAll(async () => {
  keyturn = await startInstallation({ now: NOW });
  await keyturn.control('PUT', 'tenant', {
    applications,
    servicePrincipals: enterpriseApplications,
    users: USERS,
    // On page 1, with a secret that ends: served once more on page 2.
    paging: { size: PAGE, emptyAfter: [1], repeat: [guid('a0', 80)] },
  });
  await keyturn.control('DELETE', 'requests');
  run = await keyturn.check();
  findings = await keyturn.findings();
  requests = await keyturn.graphRequests();
});

afterAll(() => keyturn?.stop());

describe('a tenant of 2,203 applications, with an empty page in between and one served twice', () => {
  it('has something that ends on every page', () => {
    const pages = expected.map(({ holder }) =>
      Math.floor(applications.findIndex(({ id }) => id === holder) / PAGE),
    );
    expect(new Set(pages)).toEqual(new Set([-1, 0, 1, 2]));
    expect(expected.length).toBeGreaterThan(300);
  });

  it('is read to its end and counted exactly', () => {
    expect(run).toMatchObject({ status: 'complete', reasons: [] });
    expect(run.counts).toEqual({
      applications: APPLICATIONS,
      servicePrincipals: ENTERPRISE_APPLICATIONS,
      credentials: Object.values(counts).reduce((sum, count) => sum + count, 0),
      notYetValid: 0,
      selfRenewing: 0,
      ...counts,
    });
    expect(run.coverage).toMatchObject({
      applications: { read: APPLICATIONS, complete: true },
      servicePrincipals: { read: ENTERPRISE_APPLICATIONS, complete: true },
    });
  });

  it('yields exactly its ending credentials, each once', () => {
    const line = (holder: string | null, keyId: string | null, status: string) =>
      `${holder} ${keyId} ${status}`;
    const found = findings.map(({ holder, keyId, status }) => line(holder.objectId, keyId, status));
    const wanted = expected.map(({ holder, keyId, status }) => line(holder, keyId, status));
    expect(found.toSorted()).toEqual(wanted.toSorted());
    expect(new Set(findings.map(({ id }) => id)).size).toBe(wanted.length);
    const due = findings.filter(({ stage }) => stage !== null);
    expect(new Set(due.map(({ keyId }) => keyId))).toEqual(
      new Set(expected.filter(({ isDue }) => isDue).map(({ keyId }) => keyId)),
    );
  });

  it('costs Microsoft Graph no call more than the design allows', () => {
    const paths = requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
    const count = (pattern: RegExp) => paths.filter((path) => pattern.test(path)).length;
    const lookUps = new Set(expected.filter(({ isDue }) => isDue).map(({ holder }) => holder)).size;
    const lists = {
      applications: count(/^GET \/v1\.0\/applications$/),
      servicePrincipals: count(/^GET \/v1\.0\/servicePrincipals$/),
      batches: count(/^POST \/v1\.0\/\$batch$/),
    };
    const mails = count(/^POST .*\/sendMail$/);
    const sum = Object.values(lists).reduce((one, other) => one + other, 0);
    const others = paths.length - sum - mails;
    console.log(
      `Graph calls for ${APPLICATIONS} applications and ${lookUps} look-ups of owners: ${JSON.stringify({ ...lists, others, mails })}`,
    );
    expect(lists).toEqual({
      applications: Math.ceil(APPLICATIONS / PAGE) + EMPTY_PAGES,
      servicePrincipals: 1,
      batches: Math.ceil(lookUps / 20),
    });
    expect(others).toBeLessThanOrEqual(2);
  });

  it('asks for whole pages of named members, and never for $expand', () => {
    const lists = requests
      .map(({ url }) => new URL(url))
      .filter(({ pathname }) => /^\/v1\.0\/(applications|servicePrincipals)$/.test(pathname));
    for (const { searchParams } of lists) {
      expect(searchParams.get('$top')).toBe('999');
      expect(searchParams.get('$select')?.split(',')).toEqual(
        expect.arrayContaining(['id', 'passwordCredentials', 'keyCredentials']),
      );
    }
    expect(requests.filter(({ url }) => /expand/i.test(decodeURIComponent(url)))).toEqual([]);
  });

  it('tells every owner in one mail, and those whose list it is in one more', async () => {
    const holders = new Map(
      [...applications, ...enterpriseApplications].map((object) => [object.id, object]),
    );
    const told = new Set(['fallback@contoso.example', 'escalation@contoso.example']);
    for (const { holder } of expected.filter(({ isDue }) => isDue)) {
      const owners = (holders.get(holder)?.['owners'] ?? []) as string[];
      for (const { id, mail } of USERS) if (owners.includes(id)) told.add(mail);
    }
    const mails = await keyturn.mails();
    expect(mails.map(({ to }) => to.join()).toSorted()).toEqual([...told].toSorted());
  });
});
