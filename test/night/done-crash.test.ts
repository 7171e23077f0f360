import { describe, expect, it } from 'vitest';
import type { DirectoryObject } from '../../shared/credentials/directory-object.ts';
import { told } from '../support/alerts.ts';
import { appWithSecret, tenantWith, person, TENANT } from '../support/checks.ts';
import {
  crashingInstallation,
  type CrashingInstallation,
} from '../support/crashing-installation.ts';

/** Three applications whose secrets end within ten days; two of these secrets are gone in the second night. */
const APPS: DirectoryObject[] = [
  appWithSecret('one', '2026-12-05T14:00:00Z'),
  appWithSecret('two', '2026-11-30T14:00:00Z'),
  appWithSecret('stays', '2026-12-04T14:00:00Z'),
];
const EXPECTED = [
  'anna@contoso.example: done application:one:clientSecret:key-of-one',
  'anna@contoso.example: done application:two:clientSecret:key-of-two',
  'fallback@contoso.example: done application:two:clientSecret:key-of-two',
];

/** An installation that has warned in its first night; what the second one finds is gone. */
async function afterTheFirstNight(): Promise<CrashingInstallation> {
  let apps = APPS;
  // Others, so that two that are gone are no fifth of all.
  const others = Array.from({ length: 20 }, (_, index) =>
    appWithSecret(`other-${index}`, '2028-12-05T14:00:00Z'),
  );
  const directory = tenantWith(
    () => [...apps, ...others],
    () => [person('anna')],
  );
  const house = crashingInstallation({
    now: '2026-11-25T02:00:00Z',
    directories: new Map([[TENANT, directory]]),
    timerComesBack: true,
  });
  await house.night();
  apps = APPS.slice(2);
  house.accepted.length = 0;
  house.clock.set('2026-11-26T02:00:00Z');
  return house;
}

describe('a night that finds something over and whose process dies', () => {
  it('tells everybody who was warned, whichever write was its last', async () => {
    const undisturbed = await afterTheFirstNight();
    const before = undisturbed.writes();
    await undisturbed.night();
    const writes = undisturbed.writes() - before;
    expect(told(undisturbed.accepted).toSorted()).toEqual(EXPECTED);
    let repeats = 0;
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= writes; at += 1) {
        const house = await afterTheFirstNight();
        house.arm(at, when);
        await house.night();
        expect(house.crashes, `${when} ${at}`).toBe(1);
        const sent = told(house.accepted);
        expect([...new Set(sent)].toSorted(), `${when} write ${at}`).toEqual(EXPECTED);
        if (sent.length > EXPECTED.length) repeats += 1;
        house.arm(1_000_000, 'before');
        await house.night();
        expect(told(house.accepted), `${when} write ${at}: the night after`).toEqual(sent);
      }
    }
    // Between send and mark only.
    expect(repeats).toBeGreaterThan(0);
    expect(repeats).toBeLessThan(writes / 4);
  });
});
