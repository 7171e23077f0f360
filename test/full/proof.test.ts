import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { application, guid, inDays, NOW, secret, user } from '../support/graph-tenant.ts';
import { startInstallation, type Installation } from '../support/installation.ts';

const OLD = guid('c0', 1);
const NEW = guid('c1', 1);
const ANNA = user('anna');

let keyturn: Installation;

/** One application of anna's, replaced ten days ago, as the directory saw its secrets last. */
async function seen(signIns: Record<string, number>): Promise<void> {
  await keyturn.control('PUT', 'tenant', {
    applications: [
      application(1, {
        owners: [ANNA.id],
        passwordCredentials: [secret(OLD, 20.5), secret(NEW, 700, -10)],
      }),
    ],
    users: [ANNA],
    signInActivities: Object.entries(signIns).map(([keyId, days]) => ({
      keyId,
      lastSignInDateTime: inDays(-days),
    })),
  });
}

async function supersession(): Promise<string | undefined> {
  const run = await keyturn.check();
  expect(run).toMatchObject({ status: 'complete', reasons: [] });
  return (await keyturn.findings()).find(({ keyId }) => keyId === OLD)?.supersession;
}

beforeAll(async () => {
  keyturn = await startInstallation({ now: NOW });
});

afterAll(() => keyturn?.stop());

describe('a replaced secret, in an installation that reads sign-in activity', () => {
  it('is warned about while the old one is used, and done when only the new one is', async () => {
    await seen({ [OLD]: 1, [NEW]: 1 });
    expect(await supersession()).toBe('replacementUnproven');
    const [warning] = await keyturn.mails();
    expect(warning?.text).toContain('The old one was last seen');
    expect(warning?.text).toContain('(up to a day late)');
    await seen({ [OLD]: 8, [NEW]: 1 });
    expect(await supersession()).toBe('replacementInUse');
    const [, done] = await keyturn.mails();
    expect(done?.to).toEqual([ANNA.mail]);
    expect(done?.subject).toContain('Done: ');
    expect(done?.text).toContain('only the new one is used to sign in');
  });

  it('is complete without the permission, and keeps its proof', async () => {
    await keyturn.control('PUT', 'permissions', {
      monitor: ['Application.Read.All', 'User.Read.All', 'Organization.Read.All', 'Mail.Send'],
    });
    expect(await supersession()).toBe('replacementInUse');
    expect(await keyturn.mails()).toHaveLength(2);
  });
});
