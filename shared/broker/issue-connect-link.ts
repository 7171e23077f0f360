import type { Connection } from '../connections/connection.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { AppError } from '../errors.ts';
import type { ExpectedUser } from './authorization-request.ts';
import type { ConnectLink, ConnectLinks } from './connect-links.ts';
import { expectedOf } from './start-authorization.ts';

export interface IssueConnectLinkDeps {
  connections: Pick<ConnectionStore, 'state'>;
  connectLinks: Pick<ConnectLinks, 'create'>;
  publicUrl: string;
}

interface Issue extends Pick<ConnectLink, 'purpose' | 'anybody' | 'issuedBy'> {
  connection: Connection;
  /** Who has to sign in; by default whoever did last time. */
  expected: ExpectedUser | null;
  /** The name of the account, for people. */
  account: string | null;
}

/**
 * Makes a link that can be mailed to whoever has to sign in, or to agree for the organisation. Its token is in the
 * fragment, which no browser sends (security rule 6). Throws `bad_request` where there is nothing to sign in to.
 */
export async function issueConnectLink(
  deps: IssueConnectLinkDeps,
  issue: Issue,
): Promise<{ url: string; expiresAt: string }> {
  const { connection, purpose, anybody, issuedBy } = issue;
  guardPurpose(purpose, connection);
  const { token, endsAt } = await deps.connectLinks.create({
    purpose,
    connectionId: connection.id,
    instance: connection.instance,
    ...(await whoOf(deps, issue)),
    anybody,
    issuedBy,
  });
  return { url: `${deps.publicUrl}/act#${token}`, expiresAt: endsAt };
}

function guardPurpose(purpose: ConnectLink['purpose'], { grantType, kind }: Connection): void {
  if (purpose === 'signIn' && grantType !== 'authorizationCode')
    throw new AppError('bad_request', 'This connection signs in by itself: nobody has to.');
  if (purpose === 'adminConsent' && kind === 'oauth2')
    throw new AppError('bad_request', 'Only Microsoft Entra has a page for admin consent.');
}

async function whoOf(
  { connections }: Pick<IssueConnectLinkDeps, 'connections'>,
  { connection, purpose, anybody, expected, account }: Issue,
): Promise<Pick<ConnectLink, 'expected' | 'account'>> {
  if (anybody || purpose === 'adminConsent') return { expected: null, account };
  if (expected !== null) return { expected, account };
  const state = await connections.state(connection);
  return {
    expected: expectedOf(state),
    account: account ?? state?.authorizedBy?.userName ?? null,
  };
}
