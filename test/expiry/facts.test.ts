import { describe, expect, it } from 'vitest';
import { assess } from '../../shared/expiry/assess.ts';
import { cleanUpOf } from '../../shared/expiry/clean-up.ts';
import { policyOf } from '../../shared/expiry/overrides.ts';
import { ownPlaceId } from '../../shared/credentials/recorded-consumers.ts';
import { proofOf } from '../../shared/expiry/proof.ts';
import { DAY_MS } from '../../shared/expiry/status.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../shared/expiry/thresholds.ts';
import { credential } from '../support/directory.ts';
import { aFinding } from '../support/stored.ts';

const now = new Date('2027-01-20T02:00:00Z');

function at(days: number): Date {
  return new Date(now.getTime() + days * DAY_MS);
}

function secret(keyId: string, starts: number, ends: number) {
  return credential({ keyId, startsAt: at(starts), expiresAt: at(ends) });
}

function stageOf(
  credentials: ReturnType<typeof credential>[],
  thresholds: Thresholds = DEFAULT_THRESHOLDS,
) {
  return assess(credentials, { now, thresholds })[0]?.stage ?? null;
}

describe('what users of other monitors complained about: when to tell', () => {
  it('facts 3 row 40: a threshold of 60 finds what ends in 45 days, and can be another one by kind', () => {
    const inDays = secret('k', -700, 45);
    expect(stageOf([inDays])).toBe(60);
    expect(stageOf([inDays], { days: [30], byType: {} })).toBeNull();
    expect(stageOf([inDays], { days: [30], byType: { clientSecret: [60] } })).toBe(60);
    expect(stageOf([inDays], { days: [60], byType: { clientSecret: [30] } })).toBeNull();
  });

  it('facts 3 row 40: an owner’s thresholds go before those of the operator', () => {
    const policy = policyOf({ tags: ['keyturn:thresholds=30'], notes: null }, now);
    const stages = [45, 20, 0.5].map(
      (days) => assess([secret('k', -700, days)], { now, policy })[0]?.stage ?? null,
    );
    expect(stages).toEqual([null, 30, 1]);
  });

  it('facts 3 row 41: a run on day 31 and one on day 29 find one stage "30" between them', () => {
    expect(stageOf([secret('k', -700, 31)])).toBe(60);
    expect(stageOf([secret('k', -700, 29)])).toBe(30);
  });

  it('facts 3 row 49: a key vault item that ends in 45 days is found with a threshold of 60', () => {
    expect(stageOf([{ ...secret('k', -700, 45), type: 'keyVaultSecret' }])).toBe(60);
  });

  it('facts 3 row 13: what ended 400 days ago beside a valid one is in the report and in no alert', () => {
    const [old] = assess([secret('old', -800, -400), secret('new', -10, 300)], { now });
    expect(old).toMatchObject({ status: 'expired', stage: null, effectiveEndsAt: at(300) });
    const finding = aFinding({
      expiresAt: at(-400).toISOString(),
      status: 'expired',
      effectiveEndsAt: at(300).toISOString(),
    });
    expect(cleanUpOf(finding, now)?.because).toBe('endedLongAgo');
  });

  it('facts 3 row 33: what Entra Connect renews is quiet, and loud when it was not renewed', () => {
    const connect = (ends: number) => ({
      ...secret('k', -90, ends),
      type: 'certificate' as const,
      selfRenewing: 'entraConnectCredential',
    });
    const [quiet, late] = [connect(20), connect(5)].map((one) => assess([one], { now })[0]);
    expect(quiet).toMatchObject({ stage: null, renewalFailed: false });
    expect(late).toMatchObject({ stage: 7, renewalFailed: true });
  });

  it('facts 3 row 34: three App Proxy secrets, one of them expired, are as it should be', () => {
    const cwap = (keyId: string, ends: number) => ({
      ...secret(keyId, ends - 365, ends),
      selfRenewing: 'appProxy',
    });
    const three = [cwap('a', -20), cwap('b', 20), cwap('c', 340)];
    expect(assess(three, { now }).map(({ stage }) => stage)).toEqual([null, null, null]);
    const left = assess([cwap('a', -20), cwap('b', -1)], { now });
    expect(left.map(({ renewalFailed }) => renewalFailed)).toEqual([true, true]);
  });

  it('nothing may be deleted while one of three connections still holds the old one', () => {
    const consumers = [-1, -1, -40].map((enteredOn, index) => ({
      id: ownPlaceId(String(index)),
      system: 'Keyturn connection',
      name: `connection ${index}`,
      contact: null,
      keyId: null,
      enteredAt: at(enteredOn).toISOString(),
      confirmedAt: null,
      confirmedBy: null,
    }));
    const replacement = {
      keyId: 'new',
      name: 'new',
      hint: null,
      startsAt: at(-10),
      expiresAt: at(700),
    };
    const question = { keyId: 'old', replacement, otherKeyIds: ['new'], now };
    const { supersession, proof } = proofOf(question, { consumers, lastSeen: null });
    expect(proof.unproven).toEqual(['connection 2']);
    const finding = aFinding({ expiresAt: at(5).toISOString(), supersession });
    expect(cleanUpOf(finding, now)).toBeNull();
  });
});
