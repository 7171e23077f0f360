import { describe, expect, it } from 'vitest';
import { dedupKeyOf } from '../../shared/alerts/tickets.ts';
import type { DirectoryObject, Owner } from '../../shared/credentials/directory-object.ts';
import type { Directory } from '../../shared/wiring/monitor-parts.ts';
import { told } from '../support/alerts.ts';
import { appWithSecret, tenantWith, OTHER_TENANT, person, TENANT } from '../support/checks.ts';
import {
  crashingInstallation,
  type CrashingInstallation,
  type InstallationOptions,
} from '../support/crashing-installation.ts';
import { seeded } from '../support/random.ts';

const NOW = '2026-11-25T02:00:00Z';

const DIRECTORIES = new Map([
  [
    TENANT,
    directory({
      'in-10-days': { ends: '2026-12-05T14:00:00Z', owners: ['anna', 'bob'] },
      'in-5-days': { ends: '2026-11-30T14:00:00Z', owners: ['anna'] },
      'in-18-hours': { ends: '2026-11-25T20:00:00Z', owners: [] },
      'next-year': { ends: '2027-11-25T02:00:00Z', owners: ['bob'] },
    }),
  ],
  [
    OTHER_TENANT,
    directory({
      'in-45-days': { ends: '2027-01-09T14:00:00Z', owners: ['anna'] },
      yesterday: { ends: '2026-11-23T14:00:00Z', owners: ['carl'] },
    }),
  ],
]);

/** Who is to be told what: owners always, fallback from 7 days on or without owner, escalation from 1 day on. */
const EXPECTED = [
  'anna@contoso.example: application:in-10-days:clientSecret:key-of-in-10-days at 14',
  'bob@contoso.example: application:in-10-days:clientSecret:key-of-in-10-days at 14',
  'anna@contoso.example: application:in-5-days:clientSecret:key-of-in-5-days at 7',
  'fallback@contoso.example: application:in-5-days:clientSecret:key-of-in-5-days at 7',
  'fallback@contoso.example: application:in-18-hours:clientSecret:key-of-in-18-hours at 1',
  'escalation@contoso.example: application:in-18-hours:clientSecret:key-of-in-18-hours at 1',
  'anna@contoso.example: application:in-45-days:clientSecret:key-of-in-45-days at 60',
  'carl@contoso.example: application:yesterday:clientSecret:key-of-yesterday at 0',
  'fallback@contoso.example: application:yesterday:clientSecret:key-of-yesterday at 0',
  'escalation@contoso.example: application:yesterday:clientSecret:key-of-yesterday at 0',
  ...['in-10-days 14', 'in-5-days 7', 'in-18-hours 1', 'in-45-days 60', 'yesterday 0'].flatMap(
    everyoneElse,
  ),
];

/** The Teams channel hears of everything, and each secret has a ticket. */
function everyoneElse(known: string): string[] {
  const [id, stage] = known.split(' ');
  const findingId = `application:${id}:clientSecret:key-of-${id}`;
  const tenantId = ['in-45-days', 'yesterday'].includes(id ?? '') ? OTHER_TENANT : TENANT;
  return ['the Teams channel', dedupKeyOf({ tenantId, findingId })].map(
    (address) => `${address}: ${findingId} at ${stage}`,
  );
}

function directory(apps: Record<string, { ends: string; owners: string[] }>): Directory {
  const objects: DirectoryObject[] = Object.entries(apps).map(([id, { ends }]) =>
    appWithSecret(id, ends),
  );
  const owners = new Map<string, Owner[]>(
    Object.entries(apps).map(([id, { owners }]) => [id, owners.map(person)]),
  );
  return tenantWith(
    () => objects,
    (objectId) => owners.get(objectId) ?? [],
  );
}

function installation(options: Partial<InstallationOptions> = {}): CrashingInstallation {
  const channels = ['mail', 'teams', 'webhook'];
  return crashingInstallation({ now: NOW, directories: DIRECTORIES, channels, ...options });
}

/** Nothing lost, nothing twice but what was out already, nothing left lying about. Gives back how many came twice. */
function verify({ accepted, mayRepeat, tables }: CrashingInstallation, label: string): number {
  const sent = told(accepted);
  expect([...new Set(sent)].toSorted(), label).toEqual(EXPECTED.toSorted());
  const repeated = sent.filter((warning, index) => sent.indexOf(warning) !== index);
  expect(
    repeated.filter((warning) => !mayRepeat.has(warning)),
    `${label}: repeated without a reason`,
  ).toEqual([]);
  const { runs = [], pendingRuns, openRuns, nights = [] } = tables.dump();
  expect(
    runs.map(({ value }) => (value as { status: string }).status),
    label,
  ).toEqual(runs.map(() => 'complete'));
  expect(
    nights.every(({ value }) => (value as { launched: boolean }).launched),
    label,
  ).toBe(true);
  expect([...(pendingRuns ?? []), ...(openRuns ?? [])], label).toEqual([]);
  return repeated.length;
}

/** A second night finds the same and has nothing to say. */
async function verifySilence(house: CrashingInstallation, label: string): Promise<void> {
  const before = house.accepted.length;
  await house.night();
  expect(house.accepted.length, `${label}: the second night`).toBe(before);
}

describe('a night whose process dies', () => {
  it('loses no mail, whichever write was its last', async () => {
    const undisturbed = installation();
    await undisturbed.night();
    expect(verify(undisturbed, 'no crash')).toBe(0);
    const writes = undisturbed.writes();
    await verifySilence(undisturbed, 'no crash');

    let points = 0;
    let withRepeats = 0;
    for (const timerComesBack of [false, true]) {
      for (const when of ['before', 'after'] as const) {
        for (let at = 1; at <= writes; at += 1) {
          const label = `${when} write ${at}, timer ${timerComesBack ? 'comes back' : 'is gone'}`;
          const house = installation({ timerComesBack });
          house.arm(at, when);
          await house.night();
          expect(house.crashes, label).toBe(1);
          withRepeats += verify(house, label) > 0 ? 1 : 0;
          await verifySilence(house, label);
          points += 1;
        }
      }
    }
    console.log(
      `crash points: ${points} (before and after each of ${writes} writes, twice): 0 mails lost, ${withRepeats} nights repeated one that was out already`,
    );
    expect(writes).toBeGreaterThan(50);
    // Between send and mark only.
    expect(withRepeats).toBeGreaterThan(0);
    expect(withRepeats).toBeLessThan(points / 4);
  }, 120_000);

  it('again and again, on two hosts, with messages lost and a mail service that is busy', async () => {
    let crashes = 0;
    let withRepeats = 0;
    const seeds = 120;
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = seeded(seed);
      const house = installation({
        seed,
        processes: 1 + (seed % 2),
        atOnce: 1 + (seed % 3),
        timerComesBack: random() < 0.5,
        answer: () =>
          random() < 0.15
            ? { status: 'throttled', notBefore: new Date(house.clock.now().getTime() + 90_000) }
            : { status: 'accepted' },
      });
      let left = 2 + Math.floor(random() * 4);
      const armNext = () =>
        house.arm(1 + Math.floor(random() * 30), random() < 0.5 ? 'before' : 'after');
      armNext();
      house.onRestart = () => {
        if (random() < 0.3) house.loseMessages();
        left -= 1;
        if (left > 0) armNext();
      };
      await house.night();
      crashes += house.crashes;
      withRepeats += verify(house, `seed ${seed}`) > 0 ? 1 : 0;
      house.arm(1_000_000, 'before');
      await verifySilence(house, `seed ${seed}`);
    }
    console.log(
      `seeds: ${seeds}, crashes: ${crashes}, 0 mails lost; ${withRepeats} nights repeated one that was out already`,
    );
    expect(crashes).toBeGreaterThan(seeds * 2.5);
  }, 120_000);
});
