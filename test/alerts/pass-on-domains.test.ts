import { describe, expect, it } from 'vitest';
import { createLog } from '../../shared/log.ts';
import { monitorParts } from '../../shared/wiring/monitor-parts.ts';
import { readSettings } from '../../shared/settings.ts';
import { directoryOf, TENANT } from '../support/checks.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { memoryAdapters } from '../support/memory-adapters.ts';

/** Where a link lets its holder pass a matter on to, by what the setting and the directory say. */
function domains(setting: string | null, verified: string[] | null): Promise<readonly string[]> {
  const read = readSettings({
    KEYTURN_PUBLIC_URL: 'https://keyturn.contoso.example',
    KEYTURN_HOME_TENANT: TENANT,
    KEYTURN_STORAGE: 'UseDevelopmentStorage=true',
    KEYTURN_KEYS: 'on',
    ...(setting === null ? {} : { KEYTURN_RECIPIENT_DOMAINS: setting }),
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const clock = fakeClock('2027-01-19T02:00:00Z');
  const { act } = monitorParts({
    settings: read.settings,
    log: createLog(() => undefined),
    adapters: {
      ...memoryAdapters(clock),
      directoryOf: () => ({
        source: {
          read: async function* read() {
            yield* directoryOf([]);
          },
        },
        owners: { ownersOf: async () => ({ owners: new Map(), incomplete: [], notes: [] }) },
        name: async () => null,
        verifiedDomains: async () => verified,
      }),
    },
  });
  return act.domainsOf(TENANT);
}

describe('passing a matter on over a link', () => {
  it('goes to the domains of the setting, else to those that the tenant has verified, else nowhere', async () => {
    expect(await domains('partner.example', ['contoso.example'])).toEqual(['partner.example']);
    expect(await domains(null, ['contoso.example'])).toEqual(['contoso.example']);
    expect(await domains(null, null)).toEqual([]);
  });
});
