import { delegated, microsoftGraph } from './seed-apis.ts';
import { connectionApplications } from './seed-connections.ts';
import type { SeedCredentials } from './seed-credentials.ts';
import { deletedUserId, people } from './seed-people.ts';
import { stableId } from './stable-id.ts';

/** Applications of the seeded tenant: the story's, one of every case that a monitor gets wrong, and quiet ones. */
export function seedApplications(make: SeedCredentials): Record<string, unknown>[] {
  return [
    ...connectionApplications(make),
    ...endingSoon(make),
    ...platformRenewed(make),
    ...oddDates(make),
    ...oddOwners(make),
    ...oddNames(make),
    ...quiet(make),
  ];
}

/** An application by its name, with ids that come from it. */
function named(displayName: string, members: Record<string, unknown>): Record<string, unknown> {
  return { id: stableId('application', displayName), displayName, ...members };
}

function endingSoon({ secret, certificate }: SeedCredentials): Record<string, unknown>[] {
  return [
    named('Payroll Export', {
      passwordCredentials: [secret('payroll', { from: -363, to: 2 })],
      owners: [people.platform.id],
    }),
    named('GitHub Deploy', {
      passwordCredentials: [secret('actions', { from: -174, to: 6 })],
      web: { redirectUris: ['https://github.com/contoso/deploy/callback'] },
      federatedIdentityCredentials: [
        { name: 'deploy-main', subject: 'repo:contoso/deploy:ref:refs/heads/main' },
      ],
      owners: [people.web.id, people.platform.id],
    }),
    named('Intranet Search', {
      keyCredentials: [certificate('CN=intranet-search', { from: -352, to: 13 })],
      owners: [people.web.id],
    }),
    named('Power Automate Approvals', {
      passwordCredentials: [secret('flow', { from: -700, to: 29 })],
      web: { redirectUris: ['https://global.consent.azure-apim.net/redirect'] },
      requiredResourceAccess: [delegated(microsoftGraph)],
      owners: [people.data.id],
    }),
    named('Data Lake Loader', {
      passwordCredentials: [secret('loader', { from: -675, to: 55 })],
      owners: [people.data.id],
    }),
    named('Monthly Rotated Job', {
      notes: 'A pipeline replaces this secret every month.',
      passwordCredentials: [
        secret('this month', { from: -15, to: 15 }),
        secret('last month', { from: -45, to: -15 }),
      ],
      owners: [people.platform.id],
    }),
    named('Replaced Already', {
      passwordCredentials: [
        secret('old', { from: -345, to: 20 }),
        secret('new', { from: -3, to: 362 }),
      ],
      owners: [people.web.id],
    }),
    named('Not Yet In Force', {
      passwordCredentials: [secret('next year', { from: 20, to: 385 })],
      owners: [people.web.id],
    }),
  ];
}

function platformRenewed({ secret, certificate }: SeedCredentials): Record<string, unknown>[] {
  const proxySecret = (from: number, to: number) => secret('CWAP_AuthSecret', { from, to });
  return [
    named('Expense Portal (App Proxy)', {
      passwordCredentials: [proxySecret(-380, -15), proxySecret(-345, 20), proxySecret(-25, 340)],
      tags: ['WindowsAzureActiveDirectoryOnPremApp'],
      owners: [people.platform.id],
    }),
    named('ConnectSyncProvisioning_SRV01_7f3a9c', {
      keyCredentials: [certificate('CN=ConnectSyncProvisioning_SRV01', { from: -78, to: 12 })],
      owners: [],
    }),
    named('Helpdesk Agent (Microsoft Copilot Studio)', {
      keyCredentials: [certificate('CN=service.prod.powerva.microsoft.com', { from: -50, to: 40 })],
      owners: [people.web.id],
    }),
  ];
}

function oddDates({ secret, certificate }: SeedCredentials): Record<string, unknown>[] {
  return [
    named('Never Ends', {
      passwordCredentials: [
        secret(
          '',
          { from: -900, to: 1 },
          { displayName: null, endDateTime: '2299-12-31T00:00:00Z' },
        ),
      ],
      owners: [people.platform.id],
    }),
    named('Without A Date', {
      passwordCredentials: [secret('no end', { from: -500, to: null })],
      owners: [people.platform.id],
    }),
    named('Forgotten Prototype', {
      passwordCredentials: [secret('prototype', { from: -1800, to: -1435 })],
      keyCredentials: [certificate('CN=prototype', { from: -1500, to: -770 })],
      owners: [people.left.id],
    }),
    named('Ended Last Week', {
      passwordCredentials: [secret('nightly import', { from: -370, to: -5 })],
      owners: [people.data.id],
    }),
  ];
}

function oddOwners({ secret }: SeedCredentials): Record<string, unknown>[] {
  return [
    named('Ownerless Mail Relay', {
      passwordCredentials: [secret('relay', { from: -355, to: 10 })],
      owners: [],
    }),
    named('Left Behind', {
      passwordCredentials: [secret('left behind', { from: -341, to: 24 })],
      owners: [people.left.id],
    }),
    named('Fabrikam Consulting', {
      passwordCredentials: [secret('consulting', { from: -353, to: 12 })],
      owners: [people.guest.id],
    }),
    named('Owner Deleted', {
      passwordCredentials: [secret('orphan', { from: -346, to: 19 })],
      owners: [deletedUserId],
    }),
    named('Owner Without Mailbox', {
      passwordCredentials: [secret('agent', { from: -348, to: 17 })],
      owners: [people.unmailed.id],
    }),
    named('Owned By A Program', {
      passwordCredentials: [secret('program', { from: -344, to: 21 })],
      owners: [stableId('servicePrincipal', 'Provisioning Robot')],
    }),
  ];
}

/** Anyone may register an application, and call it what they like. */
function oddNames({ secret }: SeedCredentials): Record<string, unknown>[] {
  return [
    named('<img src=x onerror=alert(1)> [click](https://evil.example) \u202Egnp.exe', {
      passwordCredentials: [secret('=HYPERLINK("https://evil.example")', { from: -354, to: 11 })],
      owners: [people.platform.id],
    }),
    named('Δοκιμή 試験 اختبار', {
      passwordCredentials: [secret('секрет', { from: -330, to: 35 })],
      owners: [people.web.id],
    }),
    named('Old Label', {
      passwordCredentials: [
        secret(
          'x',
          { from: -322, to: 43 },
          {
            displayName: null,
            // What older tools wrote: the name as UTF-16LE with a byte order mark.
            customKeyIdentifier: Buffer.from('\uFEFFold-label', 'utf16le').toString('base64'),
          },
        ),
      ],
      owners: [people.web.id],
    }),
  ];
}

/** Applications that need nobody: secrets that end in months, certificates, or nothing at all. */
function quiet({ secret, certificate }: SeedCredentials): Record<string, unknown>[] {
  const owners = [people.erp, people.sales, people.web, people.platform, people.data];
  return QUIET_NAMES.map((displayName, index) => {
    const owner = owners[index % owners.length];
    const days = { from: -60 - index * 7, to: 90 + index * 17 };
    const kind = index % 4;
    return named(displayName, {
      passwordCredentials: kind < 2 ? [secret(displayName, days)] : [],
      keyCredentials: kind === 2 ? [certificate(`CN=${displayName}`, days)] : [],
      owners: owner === undefined ? [] : [owner.id],
    });
  });
}

const QUIET_NAMES = [
  'Absence Calendar',
  'Archive Mover',
  'Backup Verifier',
  'Badge Printer',
  'Canteen Menu',
  'Car Pool',
  'Contract Search',
  'Customer Portal',
  'Device Inventory',
  'Document Signing',
  'Facility Tickets',
  'Feedback Form',
  'Fleet Tracker',
  'Guest Wi-Fi',
  'HR Onboarding',
  'Invoice Reader',
  'Label Designer',
  'Learning Hub',
  'Lobby Screen',
  'Meeting Rooms',
  'Mobile Scanner',
  'Newsletter',
  'Order Tracking',
  'Parts Catalogue',
  'Press Room',
  'Quality Reports',
  'Room Sensors',
  'Supplier Portal',
  'Survey Tool',
  'Travel Requests',
];
