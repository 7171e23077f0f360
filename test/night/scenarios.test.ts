import { describe, expect, it } from 'vitest';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import { createConsumerStore } from '../../shared/connections/consumer-store.ts';
import type { DirectoryObject, RawCredential } from '../../shared/credentials/directory-object.ts';
import type { SignInsRead } from '../../shared/credentials/sign-in-activity.ts';
import type { Directory } from '../../shared/wiring/monitor-parts.ts';
import { tenantWith, person, TENANT } from '../support/checks.ts';
import { aConsumer } from '../support/consumers.ts';
import {
  crashingInstallation,
  type CrashingInstallation,
} from '../support/crashing-installation.ts';
import { directoryObject, rawCredential } from '../support/directory.ts';

const FIRST_NIGHT = Date.parse('2026-11-01T02:00:00Z');
const DAY_MS = 86_400_000;
const APP_ID = '33333333-3333-4333-8333-333333333333';

function dayAt(day: number, hours = 0): Date {
  return new Date(FIRST_NIGHT + day * DAY_MS + hours * 3_600_000);
}

/** A secret that was made on one day and lives so many; days count from the first night, 1 November 2026. */
function secret(keyId: string, madeOn: number, livesDays: number): RawCredential {
  return rawCredential({
    keyId,
    displayName: keyId,
    startsAt: dayAt(madeOn, -12),
    expiresAt: dayAt(madeOn + livesDays, -12),
  });
}

interface Story {
  house: CrashingInstallation;
  consumers: ReturnType<typeof createConsumerStore>;
  /** What went out on which night: "12 ends old to anna at 14". */
  told: string[];
  /** The mails of the last night that had any; to one recipient, where one is named. */
  mails: (to?: string) => string[];
  /** Plays the nights from one day to another. */
  nights: (from: number, to: number) => Promise<void>;
  signIns: SignInsRead | null;
}

/** One application of anna's whose secrets, tags and notes are a matter of the day. */
function story(appOn: (day: number) => Partial<DirectoryObject>): Story {
  let day = 0;
  let last: AlertMessage[] = [];
  const app = { objectId: 'bc-prod', appId: APP_ID, displayName: 'SmartConnect BC Prod' };
  const directory: Directory = {
    ...tenantWith(
      () => [directoryObject({ ...app, ...appOn(day) })],
      () => [person('anna')],
    ),
    get signIns() {
      const { signIns } = one;
      return signIns === null ? undefined : { read: async () => signIns };
    },
  };
  const house = crashingInstallation({
    now: dayAt(0).toISOString(),
    directories: new Map([[TENANT, directory]]),
  });
  const one: Story = {
    house,
    consumers: createConsumerStore(house.tables.open),
    told: [],
    signIns: null,
    mails: (to = '') =>
      last
        .filter(({ address }) => address.startsWith(to))
        .map((message) =>
          composeMail(message, WORDS(house.clock.now())).text.replaceAll('\u200B', ''),
        ),
    nights: async (from, to) => {
      for (day = from; day <= to; day += 1) {
        house.clock.set(dayAt(day).toISOString());
        const before = house.accepted.length;
        await house.night();
        // What operations read about Keyturn itself is another story.
        const tonight = house.accepted.slice(before).filter(({ items }) => items.length > 0);
        if (tonight.length > 0) last = tonight;
        one.told.push(...tonight.flatMap((message) => linesOf(day, message)));
      }
    },
  };
  return one;
}

function linesOf(day: number, { address, items }: AlertMessage): string[] {
  return items.flatMap((item) => {
    if (!('findingId' in item)) return [];
    const keyId = item.findingId.split(':').at(-1);
    const stage = item.kind === 'ends' ? ` at ${item.stage}` : '';
    return `${day} ${item.kind} ${keyId} to ${address.split('@')[0]}${stage}`;
  });
}

const WORDS = (now: Date) => ({
  now,
  timeZone: 'Europe/Berlin',
  portalUrl: 'https://portal.azure.com',
  publicUrl: null,
});

describe('secrets of 30 days that are replaced every month, over 120 nights', () => {
  const LIFE = 30;

  /** Each is made when the one before it has so many days left, which then is deleted. */
  function replacedWith(daysLeft: (index: number) => number) {
    const made = [0];
    for (let index = 0; made.length < 8; index += 1) {
      made.push((made[index] ?? 0) + LIFE - daysLeft(index));
    }
    return (day: number) => ({
      passwordCredentials: made
        .map((madeOn, index) => ({ madeOn, index }))
        .filter(({ madeOn, index }) => madeOn <= day && day < (made[index + 1] ?? Infinity))
        .map(({ madeOn, index }) => secret(`s${index}`, madeOn, LIFE)),
    });
  }

  it('warn nobody: not when they are made, and not when they are replaced in time', async () => {
    const { nights, told } = story(replacedWith(() => 8));
    await nights(0, 119);
    expect(told).toEqual([]);
  });

  it('warn once for each that is late, and say that it is done', async () => {
    // The second and the fourth are replaced with five days left instead of eight.
    const { nights, told } = story(replacedWith((index) => (index === 1 || index === 3 ? 5 : 8)));
    await nights(0, 119);
    expect(told).toEqual([
      '45 ends s1 to anna at 7',
      '45 ends s1 to fallback at 7',
      '47 done s1 to anna',
      '47 done s1 to fallback',
      '92 ends s3 to anna at 7',
      '92 ends s3 to fallback at 7',
      '94 done s3 to anna',
      '94 done s3 to fallback',
    ]);
  });
});

describe('a secret that its customer takes care of', () => {
  it('is silent for us until the date, and back on it', async () => {
    const { nights, told } = story((day) => ({
      tags: ['keyturn:managed-by=customer;review=2026-12-20'],
      passwordCredentials: day < 60 ? [secret('old', -300, 365)] : [],
    }));
    await nights(0, 48);
    expect(told).toEqual([]);
    await nights(49, 49);
    expect(told).toEqual(['49 ends old to anna at 30']);
  });
});

describe('a secret that ended 16 days ago', () => {
  it('is found on the first night, with since when it has been stopped and that its users are unknown', async () => {
    const { nights, told, mails } = story(() => ({
      displayName: 'Orders',
      passwordCredentials: [secret('old', -380, 365)],
    }));
    await nights(0, 0);
    expect(told[0]).toBe('0 ends old to anna at -14');
    const [mail = ''] = mails();
    expect(mail).toContain('16 days ago');
    expect(mail).toMatch(/^Stopped /m);
    expect(mail).toContain('Keyturn does not know what that is');
  });
});

describe('an owner who says "I entered it"', () => {
  const replacedOn = (day: number) => ({
    passwordCredentials: [secret('old', -340, 365), ...(day >= 12 ? [secret('new', 12, 730)] : [])],
  });
  const seen = (rows: Record<string, Date>): SignInsRead => ({
    lastSeen: new Map(Object.entries(rows)),
    incomplete: null,
  });
  const confirm = async ({ consumers }: Story, at: Date) => {
    await consumers.create(aConsumer({ tenantId: TENANT, appId: APP_ID }));
    await consumers.confirm('bc-prod', { keyId: 'new', at, by: 'anna@contoso.example' });
  };

  it('hears "done" once, and is asked on the old end date whether everything still works', async () => {
    const one = story(replacedOn);
    await one.nights(0, 13);
    await confirm(one, dayAt(13, 7));
    await one.nights(14, 60);
    expect(one.told).toEqual([
      '0 ends old to anna at 30',
      '11 ends old to anna at 14',
      '14 done old to anna',
      '25 recheck old to anna',
    ]);
    expect(one.mails('anna')).toEqual([
      expect.stringContaining('The old secret ended. Does everything still work?'),
    ]);
  });

  it('while the old one is still used: it stays open, and the next message says what was seen', async () => {
    const one = story(replacedOn);
    await one.nights(0, 12);
    await confirm(one, dayAt(12, 7));
    for (let day = 13; day <= 18; day += 1) {
      // Each night shows the morning before; the new one is not seen at all.
      one.signIns = seen({ old: dayAt(day - 1, 5) });
      await one.nights(day, day);
    }
    expect(one.told).toEqual([
      '0 ends old to anna at 30',
      '11 ends old to anna at 14',
      '18 ends old to anna at 7',
      '18 ends old to fallback at 7',
    ]);
    expect(one.mails()[0]).toContain(
      'anna@contoso.example said on Fri 13 Nov that the new one was entered. The old one was used after that: last seen Wed 18 Nov (up to a day late).',
    );
  });

  it('is told again when the old one turns out to be in use after all', async () => {
    const one = story(replacedOn);
    await one.nights(0, 12);
    await confirm(one, dayAt(12, 7));
    await one.nights(13, 15);
    one.signIns = seen({ old: dayAt(15, 5) });
    await one.nights(16, 16);
    expect(one.told.slice(2)).toEqual(['13 done old to anna', '16 ends old to anna at 14']);
    // The job that nobody thought of is moved; two nights later the report has nothing against it.
    await confirm(one, dayAt(16, 9));
    await one.nights(17, 19);
    expect(one.told.slice(4)).toEqual([
      '18 ends old to anna at 7',
      '18 ends old to fallback at 7',
      '19 done old to anna',
      '19 done old to fallback',
    ]);
  });
});
