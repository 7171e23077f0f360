import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../shared/credentials/credential.ts';
import { assess } from '../../shared/expiry/assess.ts';
import { anyInstant, anyValidity } from '../support/arbitraries.ts';
import { credential } from '../support/directory.ts';

const now = new Date('2026-06-15T12:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const secret = (keyId: string, startDays: number | null, endDays: number, more = {}): Credential =>
  credential({
    keyId,
    startsAt: startDays === null ? null : inDays(startDays),
    expiresAt: inDays(endDays),
    ...more,
  });
const supersession = (...credentials: Credential[]) =>
  Object.fromEntries(
    assess(credentials, { now }).map(({ keyId, supersession, supersededBy }) => [
      keyId,
      supersession === 'none' ? 'none' : `${supersession} by ${String(supersededBy)}`,
    ]),
  );

describe('assess', () => {
  it('says what a credential is, how long it has left and at which stage it stands', () => {
    const [assessed] = assess([secret('a', -300, 6.5)], { now });
    expect(assessed).toMatchObject({
      keyId: 'a',
      status: 'expiring',
      daysLeft: 6,
      stage: 7,
      supersession: 'none',
      supersededBy: null,
      renewalFailed: false,
    });
  });

  it('goes on warning when a newer secret exists, in other words: nobody knows whether it is used', () => {
    const [old] = assess([secret('old', -300, 6.5), secret('new', -1, 700)], { now });
    expect(old).toMatchObject({
      supersession: 'replacementUnproven',
      supersededBy: 'new',
      stage: 7,
    });
  });

  it('takes for a replacement only what started later, ends later and has not ended', () => {
    expect(supersession(secret('old', -300, 6), secret('older', -400, 100))).toEqual({
      old: 'none',
      older: 'none',
    });
    expect(supersession(secret('a', -300, 6), secret('shorter', -1, 3))).toMatchObject({
      a: 'none',
    });
    expect(supersession(secret('a', -300, -20), secret('b', -200, -10))).toMatchObject({
      a: 'none',
    });
    expect(supersession(secret('a', null, 6), secret('b', -1, 100))).toMatchObject({ a: 'none' });
    expect(supersession(secret('a', -300, -20), secret('b', -1, 100))).toMatchObject({
      a: 'replacementUnproven by b',
    });
  });

  it('does not take a certificate for the replacement of a secret', () => {
    const certificate = secret('c', -1, 700, { type: 'certificate' });
    expect(supersession(secret('s', -300, 6), certificate)).toEqual({ s: 'none', c: 'none' });
  });

  it('names the best replacement: one that works now, then the one that ends last', () => {
    const old = secret('old', -300, 6);
    const works = secret('works', -2, 300);
    const longer = secret('longer', -1, 400);
    const tomorrow = secret('tomorrow', 1, 900);
    expect(supersession(old, works, longer, tomorrow)).toMatchObject({
      old: 'replacementUnproven by longer',
      works: 'replacementUnproven by longer',
      longer: 'replacementUnproven by tomorrow',
      tomorrow: 'none',
    });
  });

  it('names a replacement without keyId by its id', () => {
    const nameless = { ...secret('x', -1, 300), keyId: null, id: 'application:a:clientSecret:~1' };
    const [old] = assess([secret('old', -300, 6), nameless], { now });
    expect(old?.supersededBy).toBe('application:a:clientSecret:~1');
  });

  it('does not let what the platform replaces supersede what people have to replace', () => {
    const cwap = secret('cwap', -1, 300, { selfRenewing: 'appProxy' });
    expect(supersession(secret('own', -300, 6), cwap)).toEqual({ own: 'none', cwap: 'none' });
  });

  it('tells nobody about App Proxy’s three secrets while one of them is good', () => {
    const cwap = (keyId: string, end: number) =>
      secret(keyId, end - 365, end, { name: 'CWAP_AuthSecret', selfRenewing: 'appProxy' });
    const assessed = assess([cwap('a', -20), cwap('b', 20), cwap('c', 340)], { now });
    expect(assessed.map(({ status }) => status)).toEqual(['expired', 'expiring', 'ok']);
    expect(assessed.map(({ stage }) => stage)).toEqual([null, null, null]);
    expect(assessed.map(({ renewalFailed }) => renewalFailed)).toEqual([false, false, false]);
  });

  it('tells people when a self-replacing secret ends and nothing followed', () => {
    const renewing = { selfRenewing: 'entraConnectApplication' };
    const [assessed] = assess([secret('a', -300, 2.5, renewing)], { now });
    expect(assessed).toMatchObject({ renewalFailed: true, stage: 3 });
    const [early] = assess([secret('a', -300, 8, renewing)], { now });
    expect(early).toMatchObject({ renewalFailed: false, stage: null });
  });

  it('tells nobody where there is nothing that they could do', () => {
    const [assessed] = assess([secret('a', -90, -1, { selfRenewing: 'managedIdentity' })], { now });
    expect(assessed).toMatchObject({ status: 'expired', renewalFailed: false, stage: null });
  });

  it('knows that a federated credential never expires, though it has no date', () => {
    const [assessed] = assess([credential({ type: 'federatedCredential' })], { now });
    expect(assessed).toMatchObject({ status: 'neverExpires', daysLeft: null, stage: null });
  });

  it('decides each credential without regard to order, and never claims proof', () => {
    const holder = fc.array(anyValidity, { maxLength: 5 }).map((validities) =>
      validities.map((validity, index) =>
        credential({
          keyId: `k${String(index)}`,
          ...validity,
          type: index === 3 ? 'certificate' : 'clientSecret',
        }),
      ),
    );
    fc.assert(
      fc.property(holder, anyInstant, (credentials, instant) => {
        const assessed = assess(credentials, { now: instant });
        const turned = assess([...credentials].reverse(), { now: instant }).reverse();
        expect(turned).toEqual(assessed);
        for (const each of assessed) {
          expect(each.supersession).not.toBe('replacementInUse');
          expect(each.supersededBy === null).toBe(each.supersession === 'none');
          expect(each.daysLeft === null).toBe(each.status === 'unknownExpiry');
          if (each.supersededBy === null) continue;
          const by = assessed.find(({ keyId }) => keyId === each.supersededBy);
          expect(by?.type).toBe(each.type);
          expect(['expiring', 'ok', 'notYetValid', 'neverExpires']).toContain(by?.status);
          expect(by?.expiresAt?.getTime()).toBeGreaterThan(each.expiresAt?.getTime() ?? 0);
        }
      }),
    );
  });
});
