import { describe, expect, it } from 'vitest';
import type { Account } from '../../shared/credentials/account.ts';
import { graphAccounts } from '../../shared/credentials/graph-account.ts';
import { testCloud } from '../support/local-cloud.ts';
import { someone } from '../support/one-tenant.ts';
import { graphOn } from '../support/graph-on.ts';

const ID = 'aaaaaaaa-0000-4000-8000-000000000001';
const LEAVES = '2026-12-31T00:00:00Z';

async function accountOf(
  user: Record<string, unknown>,
  monitor: string[],
  id = ID,
): Promise<Account | null> {
  const cloud = testCloud();
  await cloud.control('PUT', 'tenant', { users: [someone('erp', { id: ID, ...user })] });
  await cloud.control('PUT', 'permissions', { monitor });
  return graphAccounts(graphOn(cloud))(id);
}

describe('an account in its directory', () => {
  it('says when its owner leaves, where Keyturn may read that', async () => {
    expect(
      await accountOf({ employeeLeaveDateTime: LEAVES }, [
        'User.Read.All',
        'User-LifeCycleInfo.Read.All',
      ]),
    ).toEqual({ isDisabled: false, leavesAt: new Date(LEAVES) });
  });

  it('says only whether it is disabled where Keyturn may not', async () => {
    expect(
      await accountOf({ employeeLeaveDateTime: LEAVES, accountEnabled: false }, ['User.Read.All']),
    ).toEqual({ isDisabled: true, leavesAt: null });
  });

  it('is unknown where accounts may not be seen, and where nobody has this id', async () => {
    expect(await accountOf({}, ['Application.Read.All', 'User.ReadBasic.All'])).toBeNull();
    expect(await accountOf({}, ['User.Read.All'], 'nobody/../me')).toBeNull();
  });
});
