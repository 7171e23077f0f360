import type { TenantDescription } from '../../local/cloud/build-directory.ts';
import { seedCredentials } from '../../local/cloud/seed-credentials.ts';
import { people } from '../../local/cloud/seed-people.ts';
import { seedTenant } from '../../local/cloud/seed-tenant.ts';

/** The first night; 29 February 2028 and the change of clocks on 26 March are on the way. */
export const FIRST_NIGHT = '2027-12-01T02:00:00Z';
export const NIGHTS = 120;
/** Nights on which the timer did not come. */
export const MISSED: readonly number[] = [33, 34, 35, 36, 77];

export const DAY_MS = 86_400_000;

/** A night's instant. */
export function nightAt(day: number): Date {
  return new Date(Date.parse(FIRST_NIGHT) + day * DAY_MS);
}

/** What somebody says over the link in their mail, in the morning after the night of that day. */
export interface Said {
  day: number;
  by: string;
  holder: string;
  choice: 'snooze' | 'promise';
  /** The last day of a promise, the first day after a snooze. */
  until: number;
}

export const SAID: readonly Said[] = [
  // The warning at 14 days, due on day 6, comes on day 12 instead.
  {
    day: 3,
    by: 'wanda.ebner@contoso.example',
    holder: 'Travel Booking (SAML)',
    choice: 'snooze',
    until: 12,
  },
  // Kept: the secret is replaced on day 16.
  {
    day: 2,
    by: 'dagny.lund@contoso.example',
    holder: 'Power Automate Approvals',
    choice: 'promise',
    until: 17,
  },
  // Not kept: told again on day 8, and so is the fallback list.
  {
    day: 1,
    by: 'adele.vance@fabrikam.example',
    holder: 'Fabrikam Consulting',
    choice: 'promise',
    until: 7,
  },
];

type Json = Record<string, unknown>;

const make = seedCredentials(new Date(FIRST_NIGHT));

/**
 * The seeded tenant as it is on a day of the story: secrets are replaced, late or in time, certificates renew
 * themselves until one no longer does, people leave, applications come and go.
 */
export function tenantOn(day: number): TenantDescription {
  const seeded = seedTenant(new Date(FIRST_NIGHT));
  return {
    ...seeded,
    applications: [
      ...seeded.applications.flatMap((application) => changedApplication(application, day)),
      ...(day < 70 ? [] : [lateArrival()]),
    ],
    users: seeded.users.flatMap((user) => changedUser(user, day)),
  };
}

type Change = (application: Json, day: number) => Json | null;

const CHANGES: Record<string, Change> = {
  // A new secret on day 30; the old one is removed on day 50, eight days before its end.
  'SmartConnect BC Prod': (application, day) => ({
    ...application,
    passwordCredentials: [
      ...(day < 50 ? (application['passwordCredentials'] as Json[]) : []),
      ...(day < 30 ? [] : [make.secret('SmartConnect 2028', { from: 30, to: 760 })]),
    ],
  }),
  // Somebody tidies up five days before the end.
  'Replaced Already': (application, day) => ({
    ...application,
    passwordCredentials: (application['passwordCredentials'] as Json[]).slice(day < 15 ? 0 : 1),
  }),
  'Power Automate Approvals': (application, day) => ({
    ...application,
    passwordCredentials:
      day < 16
        ? application['passwordCredentials']
        : [make.secret('flow, as promised', { from: 16, to: 381 })],
  }),
  'Monthly Rotated Job': (application, day) => ({
    ...application,
    passwordCredentials: [make.secret('monthly', monthlyOn(day))],
  }),
  // Renewed on day 3, as it should be, and never again: it ends on day 93.
  ConnectSyncProvisioning_SRV01_7f3a9c: (application, day) => ({
    ...application,
    keyCredentials: [
      ...(day < 12 ? (application['keyCredentials'] as Json[]) : []),
      ...(day < 3
        ? []
        : [make.certificate('CN=ConnectSyncProvisioning_SRV01', { from: 3, to: 93 })]),
    ],
  }),
  'GitHub Deploy': (application, day) => (day < 8 ? application : null),
  'Old Label': (application, day) => ({
    ...application,
    owners: [day < 20 ? people.web.id : people.sales.id],
  }),
};

/** 30-day secrets that a pipeline replaces when nine days are left; the third one it replaces four days late. */
function monthlyOn(day: number): { from: number; to: number } {
  const replacedOn = (number: number) => 6 + 21 * number + (number === LATE ? 4 : 0);
  let number = 0;
  while (day >= replacedOn(number)) number += 1;
  return { from: 21 * number - 15, to: 21 * number + 15 };
}
const LATE = 2;

function lateArrival(): Json {
  return {
    id: 'd1a4c0de-0000-4000-8000-00000000001a',
    displayName: 'Late Arrival',
    passwordCredentials: [make.secret('came with five days left', { from: -360, to: 75 })],
    owners: [people.platform.id, people.web.id],
  };
}

function changedApplication(application: Json, day: number): Json[] {
  const change = CHANGES[String(application['displayName'])];
  const changed = change === undefined ? application : change(application, day);
  return changed === null ? [] : [changed];
}

/** Dagny leaves on day 40 and Helene is her manager; Pavel's account is gone on day 60. */
function changedUser(user: Json, day: number): Json[] {
  if (user['id'] === people.data.id && day >= 40) {
    return [{ ...user, accountEnabled: false, manager: people.head.id }];
  }
  return user['id'] === people.platform.id && day >= 60 ? [] : [user];
}
