import type { Finding } from '../../shared/checks/finding.ts';
import type { Run } from '../../shared/checks/run.ts';

export const TENANT = '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0';

/** A client secret of an application with one owner, that ends on 31 March 2026 unless told otherwise. */
export function aFinding(changes: Partial<Finding> = {}): Finding {
  return {
    tenantId: TENANT,
    id: 'application:o1:clientSecret:k1',
    type: 'clientSecret',
    keyId: 'k1',
    name: 'prod',
    hint: 'Ab3',
    thumbprint: null,
    startsAt: '2025-03-31T00:00:00.000Z',
    expiresAt: '2026-03-31T00:00:00.000Z',
    holder: { type: 'application', objectId: 'o1', appId: 'a1', displayName: 'BC Prod' },
    status: 'expiring',
    daysLeft: 30,
    stage: 30,
    supersededBy: null,
    supersession: 'none',
    replacement: null,
    proof: null,
    effectiveEndsAt: null,
    selfRenewing: null,
    isActive: null,
    renewalFailed: false,
    policy: null,
    likelyConsumers: [{ system: 'SmartConnect', because: 'redirect URI' }],
    consumers: [],
    otherKeyIds: [],
    keptIn: null,
    steps: [],
    owners: [
      {
        id: 'u1',
        type: 'user',
        displayName: 'Ada',
        address: 'ada@contoso.example',
        accountEnabled: true,
      },
    ],
    related: [],
    firstSeenAt: '2026-02-01T02:00:00.000Z',
    lastSeenAt: '2026-03-01T02:00:00.000Z',
    closedAt: null,
    ...changes,
  };
}

/** A complete run of {@link TENANT} in the night to 1 March 2026. */
export function aRun(changes: Partial<Run> = {}): Run {
  return {
    runId: `20260301T020000Z-0001.${TENANT}`,
    nightId: '20260301T020000Z-0001',
    tenantId: TENANT,
    tenantName: 'Contoso',
    status: 'complete',
    suspicious: false,
    reasons: [],
    counts: null,
    coverage: { applications: { read: 3, complete: true } },
    startedAt: '2026-03-01T02:00:01.000Z',
    endedAt: '2026-03-01T02:00:09.000Z',
    ...changes,
  };
}
