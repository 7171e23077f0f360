import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';

/** What the commands show of a connection; an installation answers more. */
export const shownConnection = z.object({
  id: z.string(),
  displayName: z.string(),
  kind: z.string(),
  grantType: z.string(),
  clientId: z.string(),
  serviceUrl: z.string().nullish(),
  company: z.object({ name: z.string() }).nullish(),
  consumers: z
    .array(z.object({ system: z.string(), name: z.string(), contact: z.string().nullish() }))
    .default([]),
  status: z.string(),
  statusReason: z.string().nullish(),
  nextAction: z.string().nullish(),
  worksUntil: z.string().nullish(),
  endsBecause: z.string().nullish(),
  authorizedBy: z.object({ displayName: z.string().nullish() }).nullish(),
  awaitingApproval: z
    .object({
      displayName: z.string().nullish(),
      tenantId: z.string().nullish(),
      objectId: z.string().nullish(),
    })
    .nullish(),
});
type ShownConnection = z.infer<typeof shownConnection>;

/** One line of the list: which, how it is, and what to do where something is to be done. */
export function connectionLine(connection: ShownConnection): string {
  const { id, displayName } = connection;
  const works = worksText(connection);
  const next = connection.nextAction ? `. ${displayText(connection.nextAction, 600)}` : works;
  return `${displayText(id)}: “${displayText(displayName)}” ${statusText(connection)}${next}\n`;
}

/** All that a person needs to know of one connection. */
export function connectionText(connection: ShownConnection): string {
  const { kind, clientId, serviceUrl, company, consumers, statusReason } = connection;
  const by = connection.authorizedBy?.displayName ?? null;
  const lines: [string, string | null | undefined][] = [
    ['API', KINDS[kind] ?? kind],
    ['Application (client) ID', clientId],
    ['Service URL', serviceUrl],
    ['Company', company?.name],
    ['Signed in', by],
    ['Waits for approval', whoWaits(connection)],
    ['Why', statusReason],
    ...consumers.map(({ system, name }): [string, string] => ['Used by', `${system} “${name}”`]),
  ];
  const shown = lines.flatMap(([label, text]) =>
    text ? [`  ${label}: ${displayText(text, 600)}\n`] : [],
  );
  return connectionLine(connection) + shown.join('');
}

/** The account that waits for an administrator's word: its name may be anything, its ids are what is approved. */
export function whoWaits({ awaitingApproval }: ShownConnection): string | null {
  if (!awaitingApproval) return null;
  const { displayName, objectId, tenantId } = awaitingApproval;
  const ids = [
    ...(objectId ? [`object id ${objectId}`] : []),
    ...(tenantId ? [`tenant ${tenantId}`] : []),
  ];
  return [displayName ?? 'an account without a name', ...ids].join(', ');
}

function statusText({ status }: ShownConnection): string {
  return STATUS[status] ?? `is ${displayText(status)}`;
}

function worksText({ status, worksUntil, endsBecause }: ShownConnection): string {
  if (status !== 'connected' || !worksUntil) return '';
  const why = ENDS[endsBecause ?? ''];
  return `, until ${displayText(worksUntil)}${why === undefined ? '' : ` (${why})`}`;
}

const STATUS: Record<string, string> = {
  pending: 'is not connected yet',
  pendingApproval: 'waits for an administrator',
  connected: 'works',
  degraded: 'works for now, with trouble',
  appCredentialBroken: 'has stopped: the secret of the application is not accepted',
  reauthorizationRequired: 'has stopped: somebody has to sign in again',
  adminActionRequired: 'has stopped: an administrator of Microsoft Entra ID has to act',
  misconfigured: 'has stopped: it is set up wrongly',
};

const KINDS: Record<string, string> = {
  businessCentral: 'Business Central',
  dataverse: 'Dataverse',
  oauth2: 'OAuth 2.0 provider',
};

const ENDS: Record<string, string> = {
  secretExpires: 'the secret ends',
  certificateExpires: 'the certificate ends',
  signInExpires: 'the sign-in ends unless it is used',
  signInFrequency: 'a policy wants a new sign-in',
  userLeaves: 'the account that signed in leaves',
};
