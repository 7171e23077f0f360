import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scan, type ScannedReport } from '../support/scan-file.ts';

/** Shapes that people and services really produce; they lie beside the project and are never part of it. */
const DATA = '../shared/data';
const FOLDERS = [
  'applications',
  'servicePrincipals',
  'legacy-aadgraph',
  'powershell-export',
  'csv',
  'owners',
];
const isThere = existsSync(DATA);
if (!isThere) console.log(`skipped: the real shapes are not at ${DATA}`);

interface Outcome {
  /** 0: everything was read. 2: refused, or not everything. */
  exit: 0 | 2;
  applications?: number;
  servicePrincipals?: number;
  /** `type, name, end` of each credential, by end. Absent: nothing is printed, the file is refused. */
  credentials?: string[];
  /** What standard error says. */
  says?: RegExp;
  /** Addresses of the owners of each finding. */
  owners?: (string | null)[][];
}

const nothing = { credentials: [] };

/** What INDEX.md there calls the right outcome. */
const OUTCOMES: Record<string, Outcome> = {
  'applications/001-graph-app-get-one-secret.json': {
    exit: 0,
    applications: 1,
    credentials: ['clientSecret, key1, 2024-05-07T06:52:43.000Z'],
  },
  'applications/003-graph-addPassword-response.json': {
    exit: 2,
    applications: 0,
    says: /addPassword, not a list of applications/,
    credentials: ['clientSecret, key2, 2023-05-07T06:52:46.000Z'],
  },
  'applications/004-graph-app-created-with-cert.json': {
    exit: 0,
    applications: 1,
    credentials: ['certificate, CN=KeyVault Generated, 2023-05-07T06:57:13.000Z'],
  },
  'applications/005-graph-app-cert-name-with-newline.json': {
    exit: 0,
    applications: 1,
    credentials: ['certificate, CN=KeyVault Generated, 2023-05-07T06:57:13.000Z'],
  },
  'applications/008-graph-app-list-empty.json': { exit: 0, applications: 0, ...nothing },
  'applications/015-live-select-page-7digit-start.json': {
    exit: 0,
    applications: 3,
    credentials: [
      'clientSecret, vpn-device-posture, 2028-06-04T17:36:33.000Z',
      'clientSecret, github-actions, 2028-06-05T00:00:00.000Z',
    ],
  },
  'applications/017-deleted-app-item.json': {
    exit: 0,
    applications: 0,
    ...nothing,
    says: /1 in the recycle bin left out/,
  },
  'applications/019-agent-identity-blueprint-app.json': { exit: 0, applications: 1, ...nothing },
  'applications/031-m365cli-app-list-array.json': {
    exit: 0,
    applications: 1,
    credentials: [
      'certificate, CN=TestCertificate, 2022-01-01T00:00:00.000Z',
      'clientSecret, TestSecret, 2022-03-16T14:58:45.602Z',
    ],
  },
  'applications/032-m365cli-app-get-null-name-7digits.json': {
    exit: 0,
    applications: 1,
    credentials: ['clientSecret, starts with QBU, 2023-07-22T09:19:47.860Z'],
  },
  'applications/037-select-keycredentials-null.json': { exit: 2, applications: 1, ...nothing },
  'applications/039-addPassword-2299-start-in-past.json': {
    exit: 2,
    applications: 0,
    says: /addPassword/,
    credentials: ['clientSecret, key 1, 2299-12-31T23:59:59.000Z'],
  },
  'applications/043-docs-app-get.json': { exit: 0, applications: 1, ...nothing },
  'applications/045-docs-app-count-plain.txt': { exit: 2, says: /a plain number/ },
  'applications/046-docs-app-delta-placeholder-dates.json': {
    exit: 2,
    applications: 1,
    ...nothing,
    says: /nextLink/,
  },
  'applications/047-docs-addPassword-brackets.json': {
    exit: 2,
    applications: 0,
    says: /addPassword/,
    credentials: ['clientSecret, Password friendly name, 2021-09-09T19:50:29.308Z'],
  },
  'applications/127-az-ad-app-credential-list-masked.json': {
    exit: 2,
    applications: 0,
    says: /credentials without their application/,
    credentials: ['clientSecret, starts with VwR, 2024-12-01T02:40:16.000Z'],
  },
  'applications/128-fragment-without-braces.txt': { exit: 2, says: /braces \{ \} are missing/ },
  'applications/130-python-sdk-6digit.json': {
    exit: 0,
    applications: 1,
    credentials: ['clientSecret, starts with 2Cy, 2023-10-05T04:03:22.141Z'],
  },
  'servicePrincipals/006-graph-sp-list-secret-on-sp.json': {
    exit: 0,
    applications: 0,
    servicePrincipals: 1,
    credentials: ['clientSecret, key1, 2024-05-07T06:53:38.000Z'],
  },
  'servicePrincipals/007-graph-sp-get-no-credentials.json': {
    exit: 0,
    servicePrincipals: 1,
    ...nothing,
  },
  'servicePrincipals/018-deleted-sp-item.json': { exit: 0, servicePrincipals: 0, ...nothing },
  'servicePrincipals/020-agent-blueprint-principals.json': {
    exit: 2,
    servicePrincipals: 2,
    ...nothing,
    says: /were not read/,
  },
  'servicePrincipals/035-m365cli-enterpriseapp-list.json': {
    exit: 0,
    servicePrincipals: 1,
    ...nothing,
  },
  'servicePrincipals/041-docs-addTokenSigningCertificate.json': {
    exit: 2,
    applications: 0,
    servicePrincipals: 0,
    credentials: ['certificate, CN=customDisplayName, 2024-01-25T00:00:00.000Z'],
  },
  'servicePrincipals/042-docs-sp-get-placeholder-appid.json': {
    exit: 0,
    servicePrincipals: 1,
    ...nothing,
  },
  'legacy-aadgraph/009-aadgraph-app-list-enddate.json': {
    exit: 0,
    applications: 1,
    credentials: ['clientSecret, rbac, 2021-07-14T13:55:37.747Z'],
  },
  'legacy-aadgraph/011-aadgraph-sp-single.json': { exit: 0, servicePrincipals: 1, ...nothing },
  'legacy-aadgraph/012-az-cli-old-app-create-offset-dates.json': {
    exit: 0,
    applications: 1,
    credentials: ['clientSecret, 786d0123-e86b-43b1-bc7b-f8eb6cc6b7b4, 2022-07-18T14:31:07.965Z'],
  },
  'powershell-export/024-ps-json-object-not-array.json': {
    exit: 0,
    applications: 2,
    servicePrincipals: 1,
    credentials: [
      'certificate, expired cert, 2022-04-25T10:31:18.000Z',
      'certificate, E=contact@example.org, CN=alice, OU=freelan, O=www.freelan.org, S=Alsace, C=FR, 2022-04-25T10:31:18.000Z',
      'clientSecret, Test secret 1, 2024-12-12T08:00:00.000Z',
      'clientSecret, test client secret 2, 2024-12-13T07:59:59.999Z',
      'clientSecret, Test secret 2, 2025-06-09T23:45:32.825Z',
      'clientSecret, test client secret 1 (exp. 6 mo), 2025-06-11T00:47:04.681Z',
      'clientSecret, 2d55e084-fe54-4c34-b273-36669f30bc83, 2027-01-27T23:48:32.004Z',
    ],
  },
  'powershell-export/025-ps-json-third-party-null-credentials.json': {
    exit: 0,
    servicePrincipals: 1,
    ...nothing,
  },
  'powershell-export/028-ps51-utf16le-bom-applications.json': {
    exit: 0,
    applications: 3,
    credentials: [
      'certificate, Test key credential 1, 2100-01-01T00:00:00.000Z',
      'certificate, Test key credential 2, 2100-01-01T00:00:00.000Z',
      'clientSecret, Test password credential 1, 2100-01-01T00:00:00.000Z',
      'certificate, Test key credential 1, 2100-01-01T00:00:00.000Z',
      'clientSecret, Test password credential 1, 2100-01-01T00:00:00.000Z',
    ],
  },
  'powershell-export/029-ps51-utf16le-bom-serviceprincipals.json': {
    exit: 0,
    servicePrincipals: 6,
    credentials: [
      'certificate, Test key credential 1, 2100-01-01T00:00:00.000Z',
      'clientSecret, Test password credential 1, 2100-01-01T00:00:00.000Z',
      'certificate, Test key credential 1, 2100-01-01T00:00:00.000Z',
      'clientSecret, Test key credential 1, 2100-01-01T00:00:00.000Z',
      'clientSecret, Test key credential 2, 2100-01-01T00:00:00.000Z',
      'certificate, Test key credential 1, 2100-01-01T00:00:00.000Z',
      'certificate, Test key credential 1, 2100-01-01T00:00:00.000Z',
      'clientSecret, Test password credential 1, 2100-01-01T00:00:00.000Z',
    ],
  },
  'powershell-export/034-m365cli-app-list-text-table.txt': {
    exit: 2,
    says: /a table made for reading/,
  },
  'csv/033-m365cli-app-list.csv': { exit: 2, says: /without an end-date column/ },
  ...Object.fromEntries(
    ['135-ms-script-export-en-us.csv', '137-ms-script-export-de-excel-semicolon.csv'].map(
      (name): [string, Outcome] => [
        `csv/${name}`,
        {
          exit: 0,
          credentials: [
            'clientSecret, ClientSecret, 2022-09-09T14:15:39.000Z',
            'clientSecret, PALMA secret, 2022-09-17T14:03:44.000Z',
            'clientSecret, PALMA secret 27-09-2022, 2023-09-27T13:06:20.000Z',
            'clientSecret, secret without a name, 2070-10-30T11:51:07.000Z',
            'clientSecret, secret without a name, 2299-12-31T00:00:00.000Z',
          ],
          owners: [[null], [null], ['adele.v@contoso.com', 'alex.w@contoso.com'], [], []],
        },
      ],
    ),
  ),
  'owners/021-agent-identities-expanded-owners.json': { exit: 2, servicePrincipals: 3, ...nothing },
  'owners/023-sps-expand-owners-empty.json': { exit: 2, servicePrincipals: 3, ...nothing },
  'owners/048-docs-owners-id-only.json': {
    exit: 2,
    says: /nothing in it looks like an application/,
  },
  'owners/049-azcli-owner-user-without-mail.json': { exit: 2, says: /people or groups/ },
  'owners/051-guest-users-list-with-mail.json': { exit: 2, says: /people or groups/ },
  'owners/131-apps-with-owners-mail.json': {
    exit: 0,
    applications: 2,
    credentials: ['clientSecret, NTITB, 2023-12-26T00:00:00.000Z'],
    owners: [['sample@user.com']],
  },
  'owners/134-mixed-group-and-sp.json': {
    exit: 2,
    servicePrincipals: 1,
    ...nothing,
    says: /a group, not an application/,
  },
};

function described({ findings }: ScannedReport): string[] {
  return findings.map(({ type, name, expiresAt }) => `${type}, ${name}, ${expiresAt ?? 'unknown'}`);
}

describe.skipIf(!isThere)('files as people and services write them', () => {
  const files = isThere
    ? FOLDERS.flatMap((folder) =>
        readdirSync(join(DATA, folder)).map((name) => `${folder}/${name}`),
      )
    : [];

  it.each(files)('%s gives the outcome that its index names', async (file) => {
    const outcome = OUTCOMES[file];
    if (outcome === undefined) throw new Error('no outcome is written down for this file');
    const { exit, report, stdout, stderr } = await scan({ path: join(DATA, file) }, ['--all']);
    expect(exit).toBe(outcome.exit);
    expect(report === null ? undefined : described(report)).toEqual(outcome.credentials);
    const { applications, servicePrincipals, owners, says } = outcome;
    if (applications !== undefined) expect(report?.counts['applications']).toBe(applications);
    if (servicePrincipals !== undefined) {
      expect(report?.counts['servicePrincipals']).toBe(servicePrincipals);
    }
    if (owners !== undefined) {
      expect(report?.findings.map((f) => f.owners.map(({ address }) => address))).toEqual(owners);
    }
    if (says !== undefined) expect(stderr).toMatch(says);
    expect(report?.complete ?? false).toBe(exit === 0);
    expect(stdout + stderr).not.toMatch(/PLACEHOLDER|xxxxxxxxxx/);
  });

  it('has an outcome for every file that is there', () => {
    expect(Object.keys(OUTCOMES).sort()).toEqual([...files].sort());
  });
});
