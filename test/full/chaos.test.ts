import { describe, expect, it } from 'vitest';
import type { LedgerRow } from '../../shared/alerts/ledger-row.ts';
import type { SendOutcome } from '../../shared/alerts/notifier.ts';
import type { DirectoryObject, Owner } from '../../shared/credentials/directory-object.ts';
import type { Directory } from '../../shared/wiring/monitor-parts.ts';
import { told } from '../support/alerts.ts';
import { appWithSecret, tenantWith, OTHER_TENANT, person, TENANT } from '../support/checks.ts';
import {
  crashingInstallation,
  type CrashingInstallation,
} from '../support/crashing-installation.ts';
import { seeded } from '../support/random.ts';
import { troubled } from '../support/troubled.ts';

const SCHEDULES = Number(process.env['CHAOS_SCHEDULES'] ?? 500);
/** Each starts twelve hours from any end, so that no delay moves a stage. */
const NIGHTS = ['2026-11-25T02:00:00Z', '2026-11-26T02:00:00Z', '2026-11-29T02:00:00Z'];

interface App {
  ends: string;
  owners: string[];
  tenant: string;
}

const APPS: Record<string, App> = {
  orders: { tenant: TENANT, ends: '2026-12-05T14:00:00Z', owners: ['anna', 'bob'] },
  payroll: { tenant: TENANT, ends: '2026-12-01T14:00:00Z', owners: ['anna'] },
  relay: { tenant: TENANT, ends: '2026-11-25T20:00:00Z', owners: [] },
  quiet: { tenant: TENANT, ends: '2027-11-25T02:00:00Z', owners: ['bob'] },
  portal: { tenant: OTHER_TENANT, ends: '2027-01-09T14:00:00Z', owners: ['anna'] },
  old: { tenant: OTHER_TENANT, ends: '2026-11-19T14:00:00Z', owners: ['carl'] },
};

/** Whose mail service refuses everything in some schedules. */
const UNREACHABLE = 'carl@contoso.example';

const DIRECTORIES = new Map([TENANT, OTHER_TENANT].map((tenant) => [tenant, directory(tenant)]));

function directory(tenant: string): Directory {
  const apps = Object.entries(APPS).filter(([, app]) => app.tenant === tenant);
  const objects: DirectoryObject[] = apps.map(([id, { ends }]) => appWithSecret(id, ends));
  const owners = new Map<string, Owner[]>(apps.map(([id, { owners }]) => [id, owners.map(person)]));
  return tenantWith(
    () => objects,
    (objectId) => owners.get(objectId) ?? [],
  );
}

/** What an event to a ticket system is addressed to is a ticket; here all of them are one. */
const CHANNELS = ['the Teams channel', 'ticket'];
const nameOf = (address: string) => (address.startsWith('keyturn-') ? 'ticket' : address);

/** Design §4 by hand: the stage on each night, and who is told at it. */
function expected(): string[] {
  const warnings = NIGHTS.flatMap((night) =>
    Object.entries(APPS).flatMap(([id, { ends, owners }]) => {
      const left = (Date.parse(ends) - Date.parse(night)) / 86_400_000;
      const stage = left <= -7 ? -7 : [0, 1, 3, 7, 14, 30, 60].find((days) => left <= days);
      if (stage === undefined) return [];
      const people = [
        ...owners,
        ...(owners.length === 0 || stage <= 7 ? ['fallback'] : []),
        ...(stage <= 1 ? ['escalation'] : []),
      ];
      const finding = `application:${id}:clientSecret:key-of-${id}`;
      const addresses = [...people.map((name) => `${name}@contoso.example`), ...CHANNELS];
      return addresses.map((address) => `${address}: ${finding} at ${stage}`);
    }),
  );
  return [...new Set(warnings)];
}

function rowsOf({ tables }: CrashingInstallation): LedgerRow[] {
  return (tables.dump()['alertledger'] ?? []).map(({ value }) => value as LedgerRow);
}

/** What was said to somebody, apart from what operations are told about it. */
function warned({ accepted }: CrashingInstallation): string[] {
  return told(
    accepted.map((message) => ({
      ...message,
      address: nameOf(message.address),
      items: message.items.filter(
        (item) =>
          item.kind === 'event' || (item.kind === 'ends' && item.reason !== 'insteadOfTeams'),
      ),
    })),
  );
}

/** What was given up, in the words of `told`; operations must have heard of each. */
function givenUp(house: CrashingInstallation): string[] {
  return rowsOf(house).flatMap(({ state, address, findingId, stage }) =>
    state === 'gaveUp' ? [`${nameOf(address)}: ${findingId} at ${stage}`] : [],
  );
}

function noticed({ accepted }: CrashingInstallation): string[] {
  return accepted.flatMap(({ items }) =>
    items.flatMap((item) =>
      item.kind === 'undelivered' ? [`${item.address}: ${item.findingId} at ${item.stage}`] : [],
    ),
  );
}

interface Tally {
  crashes: number;
  faults: number;
  unsent: number;
  warnings: number;
  repeated: number;
  givenUp: number;
}

async function schedule(seed: number, tally: Tally): Promise<void> {
  const random = seeded(seed);
  const isUnreachable = seed % 5 === 0;
  const trouble = troubled({ random: seeded(seed + 1_000_000), share: random() * 0.03 });
  let isCalm = false;
  const house = crashingInstallation({
    now: NIGHTS[0] ?? '',
    directories: DIRECTORIES,
    channels: ['mail', 'teams', 'webhook'],
    seed,
    processes: 1 + (seed % 3),
    atOnce: 1 + (seed % 4),
    timerComesBack: random() < 0.5,
    trouble,
    answer: ({ address }) => {
      const answer = sinkAnswer({ random, isCalm, house });
      if (address.startsWith('operations')) return { status: 'accepted' };
      const isRefused = isUnreachable && address === UNREACHABLE;
      if (isRefused || answer.status !== 'accepted') tally.unsent += 1;
      return isRefused ? { status: 'refused', reason: 'no such mailbox' } : answer;
    },
    // An answer that was lost on its way back.
    arrivesAnyway: () => !isCalm && !isUnreachable && random() < 0.1,
  });
  let crashesLeft = Math.floor(random() * 8);
  const armNext = () =>
    house.arm(1 + Math.floor(random() * 60), random() < 0.5 ? 'before' : 'after');
  if (crashesLeft > 0) armNext();
  house.onRestart = () => {
    if (random() < 0.3) house.loseMessages();
    crashesLeft -= 1;
    if (crashesLeft > 0) armNext();
  };
  for (const night of NIGHTS) {
    house.clock.set(night);
    await house.night();
  }
  house.arm(1_000_000, 'before');
  trouble.end();
  isCalm = true;
  // The longest pause after a refusal is 135 minutes.
  const isWaiting = () => (house.tables.dump()['alertoutbox'] ?? []).length > 0;
  for (let pause = 0; pause < 6 && (pause === 0 || isWaiting()); pause += 1) {
    house.clock.advance(136 * 60_000);
    await house.rest();
  }
  verify(house, `schedule ${seed}`, tally);
  const before = house.accepted.length;
  await house.night();
  expect(house.accepted.length, `schedule ${seed}: one night more`).toBe(before);
  tally.crashes += house.crashes;
  tally.faults += trouble.faults;
}

function sinkAnswer({
  random,
  isCalm,
  house,
}: {
  random: () => number;
  isCalm: boolean;
  house: CrashingInstallation;
}): SendOutcome {
  const chance = random();
  if (isCalm || chance > 0.2) return { status: 'accepted' };
  if (chance > 0.1) {
    return { status: 'throttled', notBefore: new Date(house.clock.now().getTime() + 90_000) };
  }
  const reason = 'the test said so';
  return chance > 0.03 ? { status: 'failed', reason } : { status: 'refused', reason };
}

function verify(house: CrashingInstallation, label: string, tally: Tally): void {
  const sent = warned(house);
  const lost = givenUp(house).filter((warning) => !sent.includes(warning));
  expect([...new Set([...sent, ...lost])].toSorted(), label).toEqual(expected().toSorted());
  expect(noticed(house), `${label}: operations know`).toEqual(expect.arrayContaining(lost));
  expect(house.wronglyRepeated, `${label}: repeated without a reason`).toEqual([]);
  const { pendingRuns, openRuns, alertoutbox } = house.tables.dump();
  expect([...(pendingRuns ?? []), ...(openRuns ?? []), ...(alertoutbox ?? [])], label).toEqual([]);
  tally.warnings += new Set(sent).size;
  tally.repeated += sent.length - new Set(sent).size;
  tally.givenUp += lost.length;
}

describe(`${SCHEDULES} schedules of crashes, storage trouble, repeated and reordered messages, and sinks that refuse`, () => {
  it('lose no warning, and repeat one only between send and mark', async () => {
    const tally = { crashes: 0, faults: 0, unsent: 0, warnings: 0, repeated: 0, givenUp: 0 };
    for (let seed = 1; seed <= SCHEDULES; seed += 1) await schedule(seed, tally);
    console.log(
      `${SCHEDULES} schedules of ${NIGHTS.length} nights: ${tally.crashes} crashes, ${tally.faults} storage faults, ${tally.unsent} messages not taken; ${tally.warnings} warnings arrived, 0 lost, ${tally.givenUp} given up and told to operations, ${tally.repeated} repeated, each between send and mark`,
    );
    expect(tally.crashes).toBeGreaterThan(SCHEDULES);
    expect(tally.faults).toBeGreaterThan(SCHEDULES * 5);
    // Rare, and there: otherwise nothing was tried.
    expect(tally.repeated).toBeGreaterThan(0);
    expect(tally.repeated).toBeLessThan(tally.warnings / 8);
  });
});
