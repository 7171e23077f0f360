import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNeverMuted, muteOf } from '../../shared/expiry/mute.ts';
import { policyOf } from '../../shared/expiry/overrides.ts';
import { policySchema } from '../../shared/expiry/policy-schema.ts';
import { DAY_MS } from '../../shared/expiry/status.ts';
import { anyInstant } from '../support/arbitraries.ts';

const now = new Date('2026-12-01T02:00:00Z');

function tagged(...tags: string[]) {
  return policyOf({ tags, notes: null }, now);
}

function faultsOf(...tags: string[]): string[] {
  return tagged(...tags)?.faults ?? [];
}

describe('policyOf', () => {
  it('reads every override from a tag', () => {
    expect(
      tagged(
        'HideApp',
        'keyturn:ignore-until=2027-01-15',
        'keyturn:managed-by=customer;review=2027-01-31',
        'keyturn:notify=erp@contoso.com, anna@contoso.com',
        'keyturn:thresholds=30,7',
        'keyturn:replace-by=2027-02-01T12:00:00Z',
      ),
    ).toEqual({
      ignoreUntil: '2027-01-15T00:00:00.000Z',
      managedBy: { who: 'customer', review: '2027-01-31T00:00:00.000Z' },
      notify: ['erp@contoso.com', 'anna@contoso.com'],
      thresholdDays: [30, 7, 1, 0],
      replaceBy: '2027-02-01T12:00:00.000Z',
      faults: [],
    });
  });

  it('reads them from lines of the notes too, between whatever else stands there', () => {
    const notes =
      'Owned by the ERP team.\r\n  Keyturn:Notify = erp@contoso.com\nSee keyturn:ignore-until=2027-01-01 in the wiki.';
    expect(policyOf({ tags: [], notes }, now)).toMatchObject({
      notify: ['erp@contoso.com'],
      ignoreUntil: null,
      faults: [],
    });
  });

  it('is null where nobody asks for anything', () => {
    expect(policyOf({ tags: ['HideApp', 'keyturn'], notes: 'keyturn is great' }, now)).toBeNull();
  });

  it('reports what is too far away and lets it change nothing: 180 days, then somebody is asked again', () => {
    expect(tagged('keyturn:ignore-until=2027-05-30')).toMatchObject({
      ignoreUntil: '2027-05-30T00:00:00.000Z',
      faults: [],
    });
    expect(tagged('keyturn:ignore-until=2027-05-31')).toMatchObject({ ignoreUntil: null });
    expect(faultsOf('keyturn:ignore-until=2099-01-01')).toEqual([
      '“keyturn:ignore-until=2099-01-01” does not count: it is more than 180 days away. Write 2027-05-30 or a day before it.',
    ]);
    expect(tagged('keyturn:replace-by=2028-01-01')).toMatchObject({ replaceBy: null });
    expect(tagged('keyturn:managed-by=customer;review=2028-01-01')).toMatchObject({
      managedBy: null,
    });
  });

  it('takes a customer-managed secret off our hands only until a date', () => {
    expect(faultsOf('keyturn:managed-by=customer')).toHaveLength(1);
    expect(faultsOf('keyturn:managed-by=;review=2027-01-31')).toHaveLength(1);
    expect(faultsOf('keyturn:managed-by=customer;review=soon')).toHaveLength(1);
    expect(faultsOf('keyturn:managed-by=customer;until=2027-01-31')).toHaveLength(1);
  });

  it('takes five addresses, each once, and nothing that is none', () => {
    const many = ['a', 'b', 'A', 'c', 'd', 'e', 'f'].map((name) => `${name}@contoso.com`).join(';');
    expect(tagged(`keyturn:notify=${many}`)).toMatchObject({
      notify: ['a@contoso.com', 'b@contoso.com', 'c@contoso.com', 'd@contoso.com', 'e@contoso.com'],
      faults: [expect.stringContaining('more than 5')],
    });
    expect(tagged('keyturn:notify=a@contoso.com,b@contoso.com\u202e>, "Bcc: x"@y')).toMatchObject({
      notify: ['a@contoso.com'],
      faults: [expect.stringContaining('not a mail address')],
    });
    expect(faultsOf('keyturn:notify=')).toHaveLength(1);
  });

  it('never lets thresholds leave out the last day', () => {
    expect(tagged('keyturn:thresholds=60')).toMatchObject({ thresholdDays: [60, 1, 0] });
    for (const bad of ['', '61', '7,', 'seven', '-1', '7.5']) {
      expect(tagged(`keyturn:thresholds=${bad}`), bad).toMatchObject({
        thresholdDays: null,
        faults: [expect.any(String)],
      });
    }
  });

  it('says what it does not know, and which of two counts', () => {
    expect(faultsOf('keyturn:mute=forever', 'keyturn:')).toEqual([
      expect.stringContaining('is none of'),
      expect.stringContaining('is none of'),
    ]);
    expect(faultsOf('keyturn:__proto__=x', 'keyturn:constructor=x')).toHaveLength(2);
    expect(tagged('keyturn:ignore-until=2027-01-01', 'keyturn:ignore-until=2027-02-01')).toEqual(
      expect.objectContaining({
        ignoreUntil: '2027-01-01T00:00:00.000Z',
        faults: [expect.stringContaining('second time')],
      }),
    );
  });

  it('never throws, and stays within its limits, whatever owners write', () => {
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      anyInstant.map((at) => at.toISOString()),
      fc.constantFrom('2027-01-31', 'customer;review=2027-01-31', '60,30', 'a@b.example'),
    );
    const name = fc.oneof(
      fc.constantFrom('ignore-until', 'managed-by', 'notify', 'thresholds', 'replace-by'),
      fc.string(),
    );
    const override = fc.tuple(name, value).map(([one, two]) => `keyturn:${one}=${two}`);
    const anything = fc.array(fc.oneof(override, fc.string()), { maxLength: 40 });
    fc.assert(
      fc.property(anything, fc.option(anything), anyInstant, (tags, lines, at) => {
        const policy = policyOf({ tags, notes: lines?.join('\n') ?? null }, at);
        if (policy === null) return;
        expect(policySchema.parse(policy)).toEqual(policy);
        const latest = at.getTime() + 180 * DAY_MS;
        const { ignoreUntil, managedBy, replaceBy, notify, thresholdDays, faults } = policy;
        for (const date of [ignoreUntil, managedBy?.review ?? null, replaceBy]) {
          if (date !== null) expect(Date.parse(date)).toBeLessThanOrEqual(latest);
        }
        expect(notify.length).toBeLessThanOrEqual(5);
        if (thresholdDays !== null) expect(thresholdDays).toEqual(expect.arrayContaining([1, 0]));
        expect(faults.length).toBeLessThanOrEqual(21);
        // They are shown to operations: one line each, without what turns text around.
        for (const fault of faults) expect(fault).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

describe('muteOf', () => {
  const until = (date: string) => `2027-01-${date}T00:00:00.000Z`;

  it('holds until the date and is over on it', () => {
    const policy = tagged('keyturn:managed-by=customer;review=2027-01-31');
    expect(muteOf(policy, now)).toEqual({
      because: 'managedBySomebodyElse',
      until: until('31'),
      who: 'customer',
    });
    expect(muteOf(policy, new Date('2027-01-30T23:59:59Z'))).not.toBeNull();
    expect(muteOf(policy, new Date('2027-01-31T00:00:00Z'))).toBeNull();
  });

  it('names the one that holds longest', () => {
    const policy = tagged('keyturn:replace-by=2027-01-20', 'keyturn:ignore-until=2027-01-25');
    expect(muteOf(policy, now)?.because).toBe('ignored');
    expect(muteOf(tagged('keyturn:replace-by=2027-01-20'), now)?.because).toBe('promised');
  });

  it('is nothing for an application that asks for no silence', () => {
    expect(muteOf(null, now)).toBeNull();
    expect(muteOf(tagged('keyturn:notify=a@contoso.com'), now)).toBeNull();
  });

  it('never silences the fallback list in the last day', () => {
    expect([60, 7, 3, 1, 0, -7].filter(isNeverMuted)).toEqual([1, 0]);
  });
});
