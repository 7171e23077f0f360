import { describe, expect, it } from 'vitest';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import type { ReportItem } from '../../shared/alerts/report-item.ts';
import { resumeStuckRuns } from '../../shared/checks/resume-stuck-runs.ts';
import { startNight } from '../../shared/checks/start-night.ts';
import type { SourceEvent } from '../../shared/credentials/credential-source.ts';
import {
  appWithSecret,
  checksHouse,
  directoryOf,
  OTHER_TENANT,
  person,
  TENANT,
} from '../support/checks.ts';
import {
  reportingInstallation,
  type ReportingInstallation,
} from '../support/reporting-installation.ts';

const FAR = '2028-12-01T00:00:00Z';
const SOON = '2026-12-05T14:00:00Z';
const apps = (count: number) =>
  Array.from({ length: count }, (_, n) => appWithSecret(`app${n}`, FAR));
const whole = (count = 10) => directoryOf(apps(count));
const broken = (reason = 'Page 3 of applications stayed broken (500).', count = 7) => [
  ...directoryOf(apps(count)),
  { kind: 'incomplete', list: 'applications', reason } as const,
];

function kinds(reports: readonly ReportItem[]): string[] {
  return reports
    .filter(({ kind }) => kind !== 'digest')
    .map(({ kind, tenantId }) => `${kind} ${tenantId === TENANT ? 'A' : 'B'}`);
}

function mail(message: AlertMessage | undefined) {
  if (message === undefined) throw new Error('no message');
  return composeMail(message, {
    now: new Date('2026-11-26T02:00:00Z'),
    timeZone: 'Europe/Berlin',
    portalUrl: 'https://portal.azure.com',
    publicUrl: null,
  });
}

async function nightsOf(
  house: ReportingInstallation,
  ...nights: (SourceEvent[] | Error)[]
): Promise<string[][]> {
  const told: string[][] = [];
  for (const events of nights) {
    const before = house.reports().length;
    const tenant = house.tenants.get(TENANT);
    if (tenant !== undefined) tenant.events = events;
    await house.nextNight();
    told.push(kinds(house.reports().slice(before)));
  }
  return told;
}

describe('operations', () => {
  it('hear of a tenant that is not read whole once, again when the reason changes, and when it is over', async () => {
    const house = reportingInstallation({ [TENANT]: {} });
    expect(
      await nightsOf(
        house,
        whole(),
        broken('Page 3 stayed broken (500).'),
        broken('Page 5 stayed broken (500).'),
        broken('Graph refuses: give it Application.Read.All.'),
        whole(),
        whole(),
        broken('Page 3 stayed broken (500).'),
      ),
    ).toEqual([
      [],
      ['coverageTrouble A'],
      [],
      ['coverageTrouble A'],
      ['coverageRestored A'],
      [],
      ['coverageTrouble A'],
    ]);
    const to = new Set(house.reportMessages().map(({ address }) => address));
    expect([...to]).toEqual(['operations@contoso.example']);
  });

  it('read how much of it was read, that silence is not OK, and why', async () => {
    const house = reportingInstallation({ [TENANT]: {} });
    await nightsOf(house, whole(1203), broken('Give it Application.Read.All.', 891));
    const { subject, text } = mail(house.reportMessages()[0]);
    expect(subject).toBe(
      '[Keyturn] Contoso: Read 891 of 1,203 applications: do not treat silence as OK',
    );
    expect(text).toContain('Read 891 of 1,203 applications. Do not treat silence as OK.');
    expect(text).toContain('Why: Give it Application.Read.All.');
  });

  it('facts 3 row 26: hear of a run that read no application at all, although nothing failed', async () => {
    const house = reportingInstallation({ [TENANT]: {} });
    expect(await nightsOf(house, directoryOf([]))).toEqual([['coverageTrouble A']]);
    expect(mail(house.reportMessages()[0]).subject).toContain(
      'Read no applications at all: do not treat silence as OK',
    );
  });

  it('hear of a population that shrank by a fifth, and believe the second run that says so', async () => {
    const house = reportingInstallation({ [TENANT]: {} });
    expect(await nightsOf(house, whole(10), whole(7), whole(7))).toEqual([
      [],
      ['coverageTrouble A'],
      ['coverageRestored A'],
    ]);
    expect(mail(house.reportMessages()[0]).text).toContain('Read 7 of 10 applications.');
  });

  it('facts 3 row 27: hear of the one tenant that refuses, while the other is read and warned about', async () => {
    const house = reportingInstallation({
      [TENANT]: { events: directoryOf([appWithSecret('due', SOON), ...apps(9)]) },
      [OTHER_TENANT]: { events: new Error('401'), name: null },
    });
    await house.nextNight();
    expect(kinds(house.reports())).toEqual(['coverageTrouble B']);
    const warned = house.accepted.flatMap(({ items }) => items.map(({ tenantId }) => tenantId));
    expect(warned).toEqual([TENANT]);
  });

  it('facts 3 row 72: hear of a scheduled run that throws, as of one that somebody asked for', async () => {
    const house = reportingInstallation({ [TENANT]: { events: new Error('boom') } });
    await house.nextNight();
    expect(kinds(house.reports())).toEqual(['coverageTrouble A']);
    expect(mail(house.reportMessages()[0]).subject).toContain('do not treat silence as OK');
  });

  it('facts 3 row 28: get the missing permission by name in a form that can be copied', async () => {
    const house = reportingInstallation({ [TENANT]: {} });
    const reason = 'Give it Application.Read.All (see login.evil.example).';
    await nightsOf(house, [{ kind: 'incomplete', list: 'applications', reason }]);
    const { text, html } = mail(house.reportMessages()[0]);
    expect(text).toContain('Give it Application.Read.All (see login.\u200Bevil.\u200Bexample).');
    expect(html).not.toContain('evil.example');
  });

  it('get one mail per night with a card for each tenant', async () => {
    const house = reportingInstallation({
      [TENANT]: { events: broken() },
      [OTHER_TENANT]: { events: broken(), name: 'Fabrikam' },
    });
    await house.nextNight();
    expect(house.reportMessages()).toHaveLength(1);
    const { subject, text } = mail(house.reportMessages()[0]);
    expect(subject).toContain('2 tenants are not watched completely');
    expect(text).toContain('Contoso');
    expect(text).toContain('Fabrikam');
  });

  it('hear once that owners come without names, and take a night without owners for no news', async () => {
    const due = directoryOf([appWithSecret('due', SOON), ...apps(9)]);
    const notes = ['Owners come without names: give it User.ReadBasic.All.'];
    const house = reportingInstallation({
      [TENANT]: { owners: { owners: new Map(), incomplete: [], notes } },
    });
    expect(await nightsOf(house, due, due, whole(), due)).toEqual([
      ['coverageTrouble A'],
      [],
      [],
      [],
    ]);
    expect(mail(house.reportMessages()[0]).text).not.toContain('silence');
    const tenant = house.tenants.get(TENANT);
    if (tenant !== undefined)
      tenant.owners = { owners: new Map([['due', [person('a')]]]), incomplete: [], notes: [] };
    expect(await nightsOf(house, due)).toEqual([['coverageRestored A']]);
  });

  it('hear of a check that never came to its end, before it is closed', async () => {
    const house = checksHouse();
    const [started] = await startNight(house.deps, { tenantIds: [TENANT], reason: 'test' });
    const closed: [string, string | undefined][] = [];
    for (let sweep = 0; sweep < 6; sweep += 1) {
      while (house.queue.take() !== null);
      house.clock.advance(16 * 60_000);
      await resumeStuckRuns(house.deps, {
        closing: async (run) => {
          const stored = await house.deps.runs.get(run.runId);
          closed.push([run.status, stored?.status]);
        },
      });
    }
    expect(closed).toEqual([['failed', 'queued']]);
    expect((await house.deps.runs.get(started?.runId ?? ''))?.status).toBe('failed');
  });

  it('hear of every trouble exactly once wherever the process dies', async () => {
    const undisturbed = reportingInstallation({ [TENANT]: { events: broken() } });
    await undisturbed.night();
    const writes = undisturbed.writes();
    let repeats = 0;
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= writes; at += 1) {
        const house = reportingInstallation({ [TENANT]: { events: broken() } });
        house.arm(at, when);
        await house.night();
        expect(house.crashes, `${when} write ${at}`).toBe(1);
        const told = kinds(house.reports());
        expect(new Set(told), `${when} write ${at}`).toEqual(new Set(['coverageTrouble A']));
        repeats += told.length - 1;
        const tenant = house.tenants.get(TENANT);
        if (tenant !== undefined) tenant.events = whole();
        await house.nextNight();
        const then = kinds(house.reports()).slice(told.length);
        expect(then, `${when} write ${at}`).toEqual(['coverageRestored A']);
      }
    }
    // After the send, and before the mark that follows it.
    expect(repeats).toBeLessThanOrEqual(2);
  });
});
