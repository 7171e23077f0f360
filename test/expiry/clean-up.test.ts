import { describe, expect, it } from 'vitest';
import { assess } from '../../shared/expiry/assess.ts';
import { cleanUpOf } from '../../shared/expiry/clean-up.ts';
import { DAY_MS } from '../../shared/expiry/status.ts';
import { aFinding } from '../support/stored.ts';
import { credential } from '../support/directory.ts';

const now = new Date('2027-01-20T02:00:00Z');

function at(days: number): Date {
  return new Date(now.getTime() + days * DAY_MS);
}

function leftover(endedDaysAgo: number, changes: Partial<ReturnType<typeof aFinding>> = {}) {
  const status = endedDaysAgo >= 0 ? ('expired' as const) : ('expiring' as const);
  return aFinding({ expiresAt: at(-endedDaysAgo).toISOString(), status, ...changes });
}

describe('cleanUpOf', () => {
  it('facts 3 row 43: says of what ended 90 days ago that it can go, and why', () => {
    const effectiveEndsAt = at(300).toISOString();
    expect(cleanUpOf(leftover(90, { effectiveEndsAt }), now)).toEqual({
      because: 'endedLongAgo',
      words:
        'Safe to delete: it ended 90 days ago and cannot be used to sign in. The application has another one that works.',
    });
    expect(cleanUpOf(leftover(90), now)?.words).toContain('the whole application may go');
  });

  it('waits with what ended until nobody is told about it any more', () => {
    expect(cleanUpOf(leftover(34), now)).toBeNull();
    expect(cleanUpOf(leftover(35), now)).not.toBeNull();
  });

  it('suggests what still works only with proof that its replacement is in use', () => {
    expect(cleanUpOf(leftover(-5), now)).toBeNull();
    expect(cleanUpOf(leftover(-5, { supersession: 'replacementUnproven' }), now)).toBeNull();
    expect(cleanUpOf(leftover(-5, { supersession: 'replacementInUse' }), now)?.because).toBe(
      'replacedAndUnused',
    );
    expect(cleanUpOf(leftover(1, { supersession: 'replacementInUse' }), now)?.because).toBe(
      'replacedAndEnded',
    );
  });

  it('facts 3 row 34: never suggests what the platform keeps on purpose', () => {
    expect(cleanUpOf(leftover(400, { selfRenewing: 'appProxy' }), now)).toBeNull();
  });

  it('suggests nothing for entries that are no secret of an application', () => {
    expect(cleanUpOf(leftover(400, { type: 'manual' }), now)).toBeNull();
  });
});

describe('the effective end of an application', () => {
  const secret = (keyId: string, starts: number, ends: number) =>
    credential({ keyId, startsAt: at(starts), expiresAt: at(ends) });
  const endsOf = (...credentials: ReturnType<typeof credential>[]) =>
    assess(credentials, { now }).map(({ effectiveEndsAt }) => effectiveEndsAt);

  it('facts 3 row 45: is that of its latest valid credential, secret or certificate', () => {
    expect(endsOf(secret('a', -300, 5), secret('b', -10, 300))).toEqual([at(300), at(300)]);
    const certificate = { ...secret('c', -10, 400), type: 'certificate' as const };
    expect(endsOf(secret('a', -300, 5), certificate)).toEqual([at(400), at(400)]);
  });

  it('does not count what has ended or has not begun', () => {
    expect(endsOf(secret('a', -300, -5), secret('b', 3, 300))).toEqual([null, null]);
  });

  it('keeps certificates that sign people in apart from what the application signs in with', () => {
    const saml = { ...secret('s', -10, 900), type: 'samlSigningCertificate' as const };
    expect(endsOf(secret('a', -300, 5), saml)).toEqual([at(5), at(900)]);
  });
});
