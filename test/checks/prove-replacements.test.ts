import { ownPlaceId } from '../../shared/credentials/recorded-consumers.ts';
import { describe, expect, it } from 'vitest';
import { checkTenant } from '../../shared/checks/check-tenant.ts';
import { startNight } from '../../shared/checks/start-night.ts';
import { checksHouse, directoryOf, TENANT, type ChecksHouse } from '../support/checks.ts';
import { aConsumer } from '../support/consumers.ts';
import { directoryObject, rawCredential } from '../support/directory.ts';

const APP_ID = '33333333-3333-4333-8333-333333333333';

/** An application whose secret ends in ten days and was replaced ten days ago; the clock says 25 November 2026, 02:00. */
function replacedHouse(): ChecksHouse {
  const house = checksHouse();
  house.directory.events = directoryOf([
    directoryObject({
      appId: APP_ID,
      passwordCredentials: [
        rawCredential({
          keyId: 'old',
          startsAt: new Date('2025-12-05T02:00:00Z'),
          expiresAt: new Date('2026-12-05T02:00:00Z'),
        }),
        rawCredential({
          keyId: 'new',
          hint: 'Xy9',
          startsAt: new Date('2026-11-15T02:00:00Z'),
          expiresAt: new Date('2028-11-15T02:00:00Z'),
        }),
      ],
    }),
  ]);
  return house;
}

async function oldSecret(house: ChecksHouse) {
  const [run] = await house.night();
  const [finding] = await house.findings();
  if (run === undefined || finding === undefined) throw new Error('no finding');
  return { run, finding };
}

function seen(old: string, fresh: string) {
  const lastSeen = new Map([
    ['old', new Date(old)],
    ['new', new Date(fresh)],
  ]);
  return { lastSeen, incomplete: null };
}

describe('a check of an application with a replaced secret', () => {
  it('keeps what replaces it, and that nothing proves it', async () => {
    const { finding } = await oldSecret(replacedHouse());
    expect(finding).toMatchObject({
      supersession: 'replacementUnproven',
      replacement: { keyId: 'new', hint: 'Xy9', startsAt: '2026-11-15T02:00:00.000Z' },
      proof: { by: null, unproven: [] },
      effectiveEndsAt: '2028-11-15T02:00:00.000Z',
    });
  });

  it('takes the word of every place on record', async () => {
    const house = replacedHouse();
    const confirmedAt = '2026-11-20T09:00:00.000Z';
    const entered = aConsumer({ keyId: 'new', confirmedAt, confirmedBy: 'anna@contoso.example' });
    house.directory.consumers = { [APP_ID]: [entered, aConsumer({ id: 'two', name: 'BC Test' })] };
    expect((await oldSecret(house)).finding).toMatchObject({
      supersession: 'replacementUnproven',
      proof: { unproven: ['BC Test'], saidBy: 'anna@contoso.example' },
    });
    house.directory.consumers = { [APP_ID]: [entered] };
    expect((await oldSecret(house)).finding).toMatchObject({
      supersession: 'replacementInUse',
      proof: { by: 'consumers' },
    });
  });

  it('keeps warning where the record still names the secret before the one that ends', async () => {
    const house = replacedHouse();
    const [page] = house.directory.events;
    if (page?.kind !== 'page') throw new Error('no page');
    const ended = rawCredential({
      keyId: 'OLDER',
      startsAt: new Date('2024-12-05T02:00:00Z'),
      expiresAt: new Date('2025-12-20T02:00:00Z'),
    });
    const third = rawCredential({
      keyId: 'THIRD',
      startsAt: new Date('2026-06-01T02:00:00Z'),
      expiresAt: new Date('2027-06-01T02:00:00Z'),
    });
    page.objects[0]?.passwordCredentials?.push(ended, third);
    const old = async (keyId: string) => {
      house.directory.consumers = { [APP_ID]: [aConsumer({ keyId })] };
      await house.night();
      return (await house.findings()).find((finding) => finding.keyId === 'old')?.supersession;
    };
    expect(await old('older')).toBe('replacementUnproven');
    expect(await old('third')).toBe('replacementInUse');
  });

  it('takes the word of Keyturn’s own connections', async () => {
    const house = replacedHouse();
    const own = aConsumer({
      id: ownPlaceId('bc-production'),
      enteredAt: '2026-11-24T02:00:00.000Z',
    });
    house.directory.consumers = { [APP_ID]: [{ ...own, enteredAt: null }] };
    expect((await oldSecret(house)).finding.supersession).toBe('replacementUnproven');
    house.directory.consumers = { [APP_ID]: [own] };
    expect((await oldSecret(house)).finding).toMatchObject({
      supersession: 'replacementInUse',
      proof: { by: 'connections' },
    });
  });

  it('sees by sign-ins who is still on the old one, and says how much was read', async () => {
    const house = replacedHouse();
    house.directory.signIns = seen('2026-11-16T07:00:00Z', '2026-11-24T07:00:00Z');
    const { finding, run } = await oldSecret(house);
    expect(finding).toMatchObject({
      supersession: 'replacementInUse',
      proof: { by: 'signIns', oldSeenAt: '2026-11-16T07:00:00.000Z' },
    });
    expect(run.coverage['signInActivity']).toEqual({ read: 2, complete: true });
  });

  it('does not lose that proof to a night in which sign-ins cannot be read, and loses it to a sign-in', async () => {
    const house = replacedHouse();
    house.directory.signIns = seen('2026-11-16T07:00:00Z', '2026-11-24T07:00:00Z');
    await house.night();
    house.directory.signIns = { lastSeen: new Map(), incomplete: 'Microsoft Graph said no.' };
    const { finding, run } = await oldSecret(house);
    expect(finding).toMatchObject({ supersession: 'replacementInUse', proof: { by: 'signIns' } });
    expect(run).toMatchObject({
      status: 'complete',
      reasons: [],
      coverage: { signInActivity: { complete: false } },
    });
    house.directory.signIns = seen('2026-11-24T19:00:00Z', '2026-11-24T07:00:00Z');
    expect((await oldSecret(house)).finding.supersession).toBe('replacementUnproven');
  });

  it('says to its caller why sign-ins were not read', async () => {
    const house = replacedHouse();
    house.directory.signIns = { lastSeen: new Map(), incomplete: 'Microsoft Graph said no.' };
    const [run] = await startNight(house.deps, { tenantIds: [TENANT], reason: 'test' });
    const { signInTrouble } = await checkTenant(house.deps, run?.runId ?? '');
    expect(signInTrouble).toBe('Microsoft Graph said no.');
  });

  it('asks for sign-ins only when something was replaced', async () => {
    const house = replacedHouse();
    const asked: string[] = [];
    house.deps.signInsOf = () => ({
      read: async () => {
        asked.push('asked');
        return { lastSeen: new Map(), incomplete: null };
      },
    });
    await house.night();
    expect(asked).toEqual(['asked']);
    house.directory.events = directoryOf([directoryObject({ appId: APP_ID })]);
    await house.night();
    expect(asked).toEqual(['asked']);
  });

  it('keeps findings of an older version readable', async () => {
    const house = replacedHouse();
    await house.night();
    const rows = house.tables.dump()['findings'] ?? [];
    expect(rows.length).toBe(1);
    const { findingSchema } = await import('../../shared/checks/finding.ts');
    const {
      replacement: _,
      proof: __,
      policy: ___,
      effectiveEndsAt: ____,
      ...old
    } = findingSchema.parse(rows[0]?.value);
    expect(findingSchema.parse(old)).toMatchObject({
      replacement: null,
      proof: null,
      policy: null,
    });
  });
});
