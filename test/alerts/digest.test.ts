import { describe, expect, it } from 'vitest';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { ReportItem } from '../../shared/alerts/report-item.ts';
import type { DirectoryObject } from '../../shared/credentials/directory-object.ts';
import { appWithSecret, directoryOf, OTHER_TENANT, person, TENANT } from '../support/checks.ts';
import {
  reportingInstallation,
  type ReportingInstallation,
} from '../support/reporting-installation.ts';

const FAR = '2028-12-01T00:00:00Z';

function app(id: string, ends: string, more: Partial<DirectoryObject> = {}): DirectoryObject {
  return { ...appWithSecret(id, ends), ...more };
}

const APPS = [
  app('soon', '2026-12-20T14:00:00Z'),
  app('gone', '2026-11-20T14:00:00Z'),
  app('ignored', '2026-12-25T14:00:00Z', { tags: ['keyturn:ignore-until=2027-01-10'] }),
  app('mistyped', '2026-12-28T14:00:00Z', { tags: ['keyturn:ignore-untill=2027-01-10'] }),
  app('old', '2026-01-10T14:00:00Z'),
  app('evil.example', '2026-12-21T14:00:00Z', { displayName: 'Log in at https://evil.example' }),
  app('far', FAR),
];
const OWNERS = {
  owners: new Map(
    APPS.map(({ objectId }) => [objectId ?? '', objectId === 'soon' ? [] : [person('anna')]]),
  ),
  incomplete: [],
  notes: [],
};

function installation(options: Parameters<typeof reportingInstallation>[1] = {}) {
  return reportingInstallation(
    {
      [TENANT]: { events: directoryOf(APPS), owners: OWNERS },
      [OTHER_TENANT]: { events: directoryOf([app('far', FAR)]), name: 'Fabrikam' },
    },
    options,
  );
}

function digests(house: ReportingInstallation): Extract<ReportItem, { kind: 'digest' }>[] {
  return house.reports().filter((report) => report.kind === 'digest');
}

function lastMail(house: ReportingInstallation) {
  const message = house.reportMessages().at(-1);
  if (message === undefined) throw new Error('no message');
  return composeMail(message, {
    now: new Date('2026-11-30T03:00:00Z'),
    timeZone: 'Europe/Berlin',
    portalUrl: 'https://portal.azure.com',
    publicUrl: null,
  });
}

async function untilMonday(house: ReportingInstallation): Promise<void> {
  // 25 November 2026 is a Wednesday.
  await house.night();
  for (let day = 0; day < 5; day += 1) await house.nextNight();
}

describe('the weekly digest', () => {
  it('comes with the first night of a week, from the second week on, once', async () => {
    const house = installation();
    await house.night();
    for (let day = 0; day < 4; day += 1) await house.nextNight();
    expect(digests(house)).toEqual([]);
    await house.nextNight();
    await house.night();
    expect(digests(house).map(({ week }) => week)).toEqual(['2026-W49']);
    for (let day = 0; day < 7; day += 1) await house.nextNight();
    expect(digests(house).map(({ week }) => week)).toEqual(['2026-W49', '2026-W50']);
  });

  it('counts what ends, what is silenced, what nobody owns, what can go, what was read and sent', async () => {
    const house = installation();
    await untilMonday(house);
    const [digest] = digests(house);
    const counts = Object.fromEntries(
      (digest?.sections ?? []).map(({ about, count }) => [about, count]),
    );
    expect(counts).toMatchObject({
      coverage: 2,
      ended: 1,
      ending: 4,
      silenced: 1,
      faults: 1,
      ownerless: 1,
      cleanUp: 1,
      givenUp: 0,
    });
    const { subject, text, html } = lastMail(house);
    expect(subject).toBe('[Keyturn] Week 2026-W49: 4 to replace, 1 stopped, 1 silenced');
    expect(text).toContain('== Stops within 60 days: 4 ==');
    expect(text).toMatch(/Application soon: .*stops Sun 20 Dec/);
    expect(text).toContain('== Nobody is warned, because somebody said so: 1 ==');
    expect(text).toContain('Safe to delete');
    expect(text).toContain('Fabrikam');
    expect(html).not.toContain('evil.example');
  });

  it('goes to operations alone', async () => {
    const house = installation();
    await untilMonday(house);
    const to = house.reportMessages().map(({ address }) => address);
    expect(new Set(to)).toEqual(new Set(['operations@contoso.example']));
  });

  it('is neither lost nor sent twice wherever the process dies, but for one that was on its way', async () => {
    const monday = async () => {
      const house = installation();
      await house.night();
      house.clock.set('2026-11-30T02:00:00Z');
      return house;
    };
    const undisturbed = await monday();
    const before = undisturbed.writes();
    await undisturbed.night();
    const writes = undisturbed.writes() - before;
    let repeats = 0;
    for (let at = 1; at <= writes; at += 1) {
      const house = await monday();
      house.arm(at, at % 2 === 0 ? 'before' : 'after');
      await house.night();
      const weeks = digests(house).map(({ week }) => week);
      expect(new Set(weeks), `write ${at}`).toEqual(new Set(['2026-W49']));
      repeats += weeks.length - 1;
    }
    expect(repeats).toBeLessThanOrEqual(1);
  }, 120_000);
});

describe('the all-clear', () => {
  const env = { KEYTURN_ALL_CLEAR: 'on' };
  const clear = { events: directoryOf([app('far', FAR), app('later', FAR)]) };

  it('facts 3 row 71: comes after a night that read everything and found nothing, where it is wanted', async () => {
    const wanted = reportingInstallation({ [TENANT]: clear }, { env });
    await wanted.night();
    await wanted.nextNight();
    expect(wanted.reports().map(({ kind }) => kind)).toEqual(['allClear', 'allClear']);
    expect(lastMail(wanted).subject).toBe(
      '[Keyturn] all clear: nothing needs anybody (2 applications read)',
    );
    const unwanted = reportingInstallation({ [TENANT]: clear });
    await unwanted.night();
    expect(unwanted.accepted).toEqual([]);
  });

  it.each([
    ['anything was found', { events: directoryOf([app('soon', '2026-12-20T14:00:00Z')]) }],
    ['a list broke off', { events: [...clear.events, broken()] }],
    ['no application was seen', { events: directoryOf([]) }],
  ])('does not come when %s', async (_, directory) => {
    const house = reportingInstallation({ [TENANT]: clear, [OTHER_TENANT]: directory }, { env });
    await house.night();
    expect(house.reports().map(({ kind }) => kind)).not.toContain('allClear');
  });

  it('does not come when far fewer were seen than the last time', async () => {
    const many = Array.from({ length: 10 }, (_, n) => app(`far${n}`, FAR));
    const house = reportingInstallation({ [TENANT]: { events: directoryOf(many) } }, { env });
    await house.night();
    const tenant = house.tenants.get(TENANT);
    if (tenant !== undefined) tenant.events = directoryOf(many.slice(0, 5));
    await house.nextNight();
    expect(house.reports().map(({ kind }) => kind)).toEqual(['allClear', 'coverageTrouble']);
  });
});

function broken() {
  return { kind: 'incomplete', list: 'servicePrincipals', reason: 'It broke off.' } as const;
}
