import { describe, expect, it, onTestFinished } from 'vitest';
import type { WebhookEvent } from '../../shared/alerts/webhook-event.ts';
import type { Adapters, Directory } from '../../shared/wiring/monitor-parts.ts';
import { appWithSecret, tenantWith } from '../support/checks.ts';
import { startInProcess, type InProcess } from '../support/in-process.ts';
import { warningsOf } from './oracle.ts';
import { nightAt, tenantOn } from './story.ts';
import { app, describedTenant, ending, NIGHT, oneTenant } from '../support/one-tenant.ts';

const DAY_MS = 86_400_000;

function dayOf(day: number): string {
  return new Date(Date.parse(NIGHT) + day * DAY_MS).toISOString();
}

/** What people were warned of by mail: "day 26: stage 7". */
function warnings({ taken }: InProcess): string[] {
  return taken.flatMap(({ at, channel, message }) =>
    channel === 'mail'
      ? message.items.flatMap((item) =>
          item.kind === 'ends'
            ? [
                `day ${(Date.parse(at) - Date.parse(NIGHT)) / DAY_MS}: ${message.address} ${item.stage}`,
              ]
            : [],
        )
      : [],
  );
}

describe('a late start', () => {
  it('tells each person where things stand by then, once, and not what was missed', async () => {
    const at = nightAt(50);
    const tenant = tenantOn(50);
    const keyturn = await startInProcess({ now: at.toISOString() });
    onTestFinished(() => keyturn.stop());
    keyturn.setTenant(tenant);
    await keyturn.night();
    const told = keyturn.taken.flatMap(({ channel, message: { address, items } }) =>
      channel === 'mail'
        ? items.flatMap((item) =>
            item.kind === 'ends' ? [`${address}: ${item.holder.displayName} ${item.stage}`] : [],
          )
        : [],
    );
    const expected = warningsOf([{ at, tenant }], []);
    expect(told.toSorted()).toEqual(
      expected.map(({ address, holder, stage }) => `${address}: ${holder} ${stage}`).toSorted(),
    );
    expect(keyturn.world.mail.length).toBe(new Set(expected.map(({ address }) => address)).size);
  });
});

describe('30-day secrets that a pipeline replaces every month', () => {
  /** Replaced when nine days are left; numbers 2 and 4 three days late. */
  const replacedOn = (number: number) => 21 * (number + 1) + (number === 2 || number === 4 ? 3 : 0);
  const secretOn = (day: number) => {
    let number = 0;
    while (day >= replacedOn(number)) number += 1;
    const starts = 21 * number;
    return ending(starts + 30, { keyId: `monthly-${number}`, startDateTime: dayOf(starts) });
  };

  it('warn nobody over 120 nights, but for one warning for each that is late', async () => {
    const house = await oneTenant({});
    for (let day = 0; day < 120; day += 1) {
      house.clock.set(dayOf(day));
      house.setTenant(
        describedTenant({
          applications: [app('Pipeline', { passwordCredentials: [secretOn(day)] })],
        }),
      );
      await house.night();
    }
    // The third one ends on day 72 and the fifth on day 114: a week before, they are still there.
    expect(warnings(house)).toEqual([
      'day 65: anna@contoso.example 7',
      'day 65: fallback@contoso.example 7',
      'day 107: anna@contoso.example 7',
      'day 107: fallback@contoso.example 7',
    ]);
  });
});

describe('a technician who is the fallback of 200 tenants', () => {
  const TENANTS = 200;
  const WITH_FINDINGS = 35;
  const idOf = (number: number) => `10000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const removed = new Set<number>();

  /** Every tenant has an application without owners; in 35 of them its secret ends. */
  function directory(number: number): Directory {
    const objects = () => {
      const days = number < WITH_FINDINGS ? 20 : 400;
      const ends = removed.has(number) ? [] : [appWithSecret(`app-${number}`, dayOf(days))];
      return [appWithSecret('quiet', dayOf(300)), ...ends];
    };
    return { ...tenantWith(objects, () => []), name: async () => `Customer ${number}` };
  }

  async function start(): Promise<InProcess> {
    const ids = Array.from({ length: TENANTS }, (_, number) => idOf(number));
    const numbers = new Map(ids.map((id, number) => [id, number]));
    removed.clear();
    const keyturn = await startInProcess({
      now: NIGHT,
      env: {
        KEYTURN_HOME_TENANT: ids[0] ?? '',
        KEYTURN_TENANTS: ids.join(),
        KEYTURN_FALLBACK_RECIPIENTS: 'technician@contoso.example',
        // The seeded vault has findings of its own.
        KEYTURN_WATCHED_VAULTS: null,
      },
      adapters: (adapters: Adapters) => {
        const directoryOf = (tenantId: string) => directory(numbers.get(tenantId) ?? 0);
        const others = { directoryOf, probe: async () => ({ ok: true }) as const };
        return { ...adapters, directoryOf, openTenants: () => others };
      },
    });
    onTestFinished(() => keyturn.stop());
    return keyturn;
  }

  const events = ({ world }: InProcess) => world.webhooks.map(({ body }) => body as WebhookEvent);

  it('gets one mail with a section for each of the 35 that have findings', async () => {
    const house = await start();
    await house.night();
    const mails = house.world.mail.filter(({ to }) => to.includes('technician@contoso.example'));
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    for (let number = 0; number < WITH_FINDINGS; number += 1) {
      expect(mail?.text).toMatch(new RegExp(`^== Customer ${number} ==$`, 'm'));
    }
    expect(mail?.text.match(/^== /gm)).toHaveLength(WITH_FINDINGS);
    await house.night();
    expect(house.world.mail).toHaveLength(1);
  });

  it('sees one ticket per secret: opened, brought on by stages, resolved', async () => {
    const house = await start();
    await house.night();
    expect(events(house).map(({ type }) => type)).toEqual(Array(WITH_FINDINGS).fill('opened'));
    const keys = new Set(events(house).map(({ dedupKey }) => dedupKey));
    expect(keys.size).toBe(WITH_FINDINGS);
    house.clock.set(dayOf(6.5));
    await house.night();
    const staged = events(house).slice(WITH_FINDINGS);
    expect(staged.map(({ type, data }) => [type, data.stage])).toEqual(
      Array.from({ length: WITH_FINDINGS }, () => ['stage', 14]),
    );
    for (let number = 0; number < WITH_FINDINGS; number += 1) removed.add(number);
    house.clock.set(dayOf(8));
    await house.night();
    // A tenant that lost half of its applications at once is believed when it is seen twice.
    await house.night();
    const resolved = events(house).slice(2 * WITH_FINDINGS);
    expect(resolved.map(({ type }) => type)).toEqual(Array(WITH_FINDINGS).fill('resolved'));
    for (const { dedupKey } of [...staged, ...resolved]) expect(keys).toContain(dedupKey);
  });
});

describe('a secret that ended 16 days ago while everything looks connected', () => {
  it('is told as stopped, with who uses it or that this is unknown, and nothing calls it well', async () => {
    const house = await oneTenant({
      tenant: { applications: [app('Orders', { passwordCredentials: [ending(-16)] })] },
    });
    await house.night();
    const [mail] = house.mailsTo('anna@contoso.example');
    expect(mail?.text).toContain('16 days ago');
    expect(mail?.text).toMatch(/Stopped /);
    expect(mail?.text).toContain('Keyturn does not know what that is');
    expect((await house.findings()).map(({ status, stage }) => [status, stage])).toEqual([
      ['expired', -14],
    ]);
    expect((await house.run()).counts).toMatchObject({ expired: 1, ok: 0 });
  });
});

describe('a secret that its customer manages until a date', () => {
  it('is silent for us until then, on every channel, and is back on the date', async () => {
    const managed = app('Customer CRM', {
      notes: `keyturn:managed-by=customer;review=${dayOf(20).slice(0, 10)}`,
      passwordCredentials: [ending(40)],
    });
    const house = await oneTenant({ tenant: { applications: [managed] } });
    for (let day = 0; day <= 22; day += 1) {
      house.clock.set(dayOf(day));
      await house.night();
      if (day === 19) {
        expect([warnings(house), house.world.cards, house.world.webhooks]).toEqual([[], [], []]);
      }
    }
    expect(warnings(house)).toEqual(['day 20: anna@contoso.example 30']);
    expect(house.world.cards).toHaveLength(1);
    expect(house.world.webhooks.map(({ body }) => (body as WebhookEvent).type)).toEqual(['opened']);
  });

  it('is told to the fallback list in its last day all the same', async () => {
    const managed = app('Customer CRM', {
      notes: `keyturn:managed-by=customer;review=${dayOf(90).slice(0, 10)}`,
      passwordCredentials: [ending(0.5)],
    });
    const house = await oneTenant({ tenant: { applications: [managed] } });
    await house.night();
    expect(warnings(house)).toEqual(['day 0: fallback@contoso.example 1']);
  });
});
