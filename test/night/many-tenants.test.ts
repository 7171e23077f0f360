import { describe, expect, it } from 'vitest';
import { composeMail } from '../../shared/alerts/mail-message.ts';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import { ALL_TENANTS } from '../../shared/alerts/scopes.ts';
import type { Owner } from '../../shared/credentials/directory-object.ts';
import type { Directory } from '../../shared/wiring/monitor-parts.ts';
import { appWithSecret, tenantWith, person } from '../support/checks.ts';
import { crashingInstallation } from '../support/crashing-installation.ts';

const NOW = '2026-11-25T02:00:00Z';
const TENANTS = 200;
const WITH_FINDINGS = 35;
const FALLBACK = 'fallback@contoso.example';

function tenantIdOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

/** Every secret of the first 35 tenants ends on another day; each has an owner of its own, who is also the customer's. */
function directory(index: number): Directory {
  const ends = new Date(Date.parse(NOW) + (index + 2) * 3_600_000).toISOString();
  const objects = index < WITH_FINDINGS ? [appWithSecret(`app-${index}`, ends)] : [];
  const filler = appWithSecret(`later-${index}`, '2027-11-25T00:00:00Z');
  const owners: Owner[] = [person(`owner-${index}`)];
  return {
    ...tenantWith(
      () => [...objects, filler],
      () => owners,
    ),
    name: async () => `Customer ${index}`,
  };
}

const WORDS = {
  now: new Date(NOW),
  timeZone: 'UTC',
  portalUrl: 'https://portal.azure.com',
  publicUrl: 'https://keyturn.example',
};

describe('a night over 200 tenants, 35 of them with something that ends, one technician as fallback', () => {
  it('sends the technician one mail with 35 sections, each owner one of the owner’s tenant, and no second one', async () => {
    const directories = new Map(
      Array.from({ length: TENANTS }, (_, index) => [tenantIdOf(index), directory(index)] as const),
    );
    const house = crashingInstallation({ now: NOW, directories });
    await house.night();

    const to = (address: string) => house.accepted.filter((one) => one.address === address);
    const [mail, ...others] = to(FALLBACK);
    expect(others).toEqual([]);
    expect(mail?.scope).toBe(ALL_TENANTS);
    const sections = new Set(mail?.items.map(({ tenantId }) => tenantId));
    expect(sections.size).toBe(WITH_FINDINGS);

    for (let index = 0; index < TENANTS; index += 1) {
      const messages = to(`owner-${index}@contoso.example`);
      expect(messages.map(({ scope }) => scope)).toEqual(
        index < WITH_FINDINGS ? [tenantIdOf(index)] : [],
      );
    }

    await house.night();
    expect(to(FALLBACK)).toHaveLength(1);

    const { text, html, subject } = composeMail(mail as AlertMessage, WORDS);
    for (let index = 0; index < WITH_FINDINGS; index += 1) {
      expect(text).toMatch(new RegExp(`^.*Customer ${index}\\b`, 'm'));
      expect(text).toContain(`Application app-${index}\n`);
    }
    expect(subject).toContain('and 34 more');
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
  }, 60_000);
});
