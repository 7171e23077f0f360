import type { Connection } from '../connections/connection.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { AppError } from '../errors.ts';
import type { Row } from '../storage/table.ts';
import type { ExpectedUser } from './authorization-request.ts';
import type { ConnectLink, ConnectLinks } from './connect-links.ts';
import { startAdminConsent } from './start-admin-consent.ts';
import {
  startAuthorization,
  type StartAuthorizationDeps,
  type StartedAuthorization,
} from './start-authorization.ts';

export interface ConnectByLinkDeps extends StartAuthorizationDeps {
  connections: Pick<ConnectionStore, 'get' | 'state'>;
  connectLinks: Pick<ConnectLinks, 'open' | 'begin'>;
}

export type ConnectChoice = 'signIn' | 'adminConsent';

/** What is asked of the holder of a connect link. */
export interface ConnectAsked {
  connection: Connection;
  link: ConnectLink;
  choices: ConnectChoice[];
}

/** Says what is asked. Changes nothing. Throws `not_found`, with one text for all, for what is no link (any more). */
export async function lookByConnectLink(
  deps: Pick<ConnectByLinkDeps, 'connections' | 'connectLinks'>,
  token: string,
): Promise<ConnectAsked> {
  return (await opened(deps, token)).asked;
}

/** A link is no way to fill a table. */
const MAX_BEGUN = 50;

/**
 * Begins what the holder chose, in the browser that sends this. The link stays good until a sign-in succeeds. Throws
 * `not_found` like {@link lookByConnectLink}, `bad_request` for what was not offered, `throttled`.
 */
export async function connectByLink(
  deps: ConnectByLinkDeps,
  token: string,
  choice: ConnectChoice,
): Promise<{ started: StartedAuthorization; asked: ConnectAsked }> {
  const { asked, row } = await opened(deps, token);
  const { connection, link, choices } = asked;
  if (!choices.includes(choice))
    throw new AppError('bad_request', 'This is not offered, or no longer; look again what is.');
  if (link.begun >= MAX_BEGUN)
    throw new AppError(
      'throttled',
      'This link was used too often. Ask whoever sent it for another.',
    );
  if (!(await deps.connectLinks.begin(row))) throw noLink();
  const linkHash = row.row;
  const started =
    choice === 'adminConsent'
      ? await startAdminConsent(deps, { connection, linkHash })
      : await startAuthorization(deps, {
          connection,
          state: await deps.connections.state(connection),
          linkHash,
          ...startOfLink(link),
        });
  return { started, asked };
}

/** Whom a sign-in by a link expects. */
export function startOfLink({ expected, anybody, account }: ConnectLink): {
  expected?: ExpectedUser | 'anybody';
  loginHint?: string;
} {
  const whom = anybody ? 'anybody' : expected;
  return {
    ...(whom === null ? {} : { expected: whom }),
    ...(account === null ? {} : { loginHint: account }),
  };
}

async function opened(
  { connections, connectLinks }: Pick<ConnectByLinkDeps, 'connections' | 'connectLinks'>,
  token: string,
): Promise<{ asked: ConnectAsked; row: Row<ConnectLink> }> {
  const row = await connectLinks.open(token);
  const connection = row === null ? null : await connections.get(row.value.connectionId);
  if (row === null || connection === null || connection.value.instance !== row.value.instance)
    throw noLink();
  return {
    row,
    asked: { connection: connection.value, link: row.value, choices: choicesOf(row.value) },
  };
}

/** Agreeing for everybody is offered once somebody without the right to do so was turned away. */
function choicesOf({ purpose, lastResult }: ConnectLink): ConnectChoice[] {
  if (purpose === 'adminConsent') return ['adminConsent'];
  return lastResult === 'needsConsent' ? ['signIn', 'adminConsent'] : ['signIn'];
}

function noLink(): AppError {
  return new AppError(
    'not_found',
    'This link does not work, or no longer: it works for three days, and once. Ask whoever sent it for another.',
  );
}
