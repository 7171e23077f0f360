import type { CredentialSource } from '../credentials/credential-source.ts';
import { CONNECTIONS_LIST, ownerAt, type HeldCredential } from '../credentials/held-credential.ts';
import type { ConnectionState } from './connection-status.ts';
import {
  connectionEndings,
  type ConnectionEnding,
  type EndingsDeps,
} from './connection-endings.ts';

/**
 * Connections that have stopped, or will for a reason of their own, as things that end: so people are told by the same
 * rules, once, and hear of it when they work again. To be made for each run. Throws `storage_unavailable` when they cannot be read.
 */
export function connectionCredentialSource(deps: EndingsDeps): CredentialSource {
  // Of the run that reads it, which may read the directory for minutes before.
  const startedAt = deps.clock.now();
  return {
    read: async function* read() {
      const endings = await connectionEndings({ ...deps, clock: { now: () => startedAt } });
      const held = endings.map(heldConnection);
      yield { kind: 'held', list: CONNECTIONS_LIST, held };
    },
  };
}

function heldConnection(ending: ConnectionEnding): HeldCredential {
  const { connection, state, at } = ending;
  const { id, instance, displayName, owners, consumers } = connection;
  const contacts = consumers.flatMap(({ contact }) => contact ?? []);
  return {
    credential: {
      // When it stops again, that is another matter: what was said about this one does not count for it.
      id: `connection:${id}.${instance}:connection:${at.toISOString().replaceAll(/[:.-]/g, '')}`,
      type: 'connection',
      keyId: null,
      name: displayName,
      hint: null,
      thumbprint: null,
      // A policy that ends a sign-in every other day would otherwise warn from the first hour on.
      startsAt: state.authorizedBy === null ? null : new Date(state.authorizedBy.at),
      expiresAt: at,
      holder: { type: 'connection', objectId: id, appId: null, displayName },
      selfRenewing: null,
      isActive: null,
    },
    owners: [...new Set([...owners, ...contacts])].map(ownerAt),
    likelyConsumers: consumers.map(({ system, name }) => ({
      system: `${system} “${name}”`,
      because: 'named on the connection',
    })),
    tags: [],
    steps: stepsOf(ending),
  };
}

function stepsOf({ connection: { id }, state, isStopped, sameProof }: ConnectionEnding): string[] {
  const others = sameProof.map(({ displayName }) => displayName).join(', ');
  const steps = [
    ...(isStopped ? whatIsWrong(id, state) : [whatIsDueAhead(id, state)]),
    others === ''
      ? null
      : `${others} stopped for the same reason. A secret that works here is taken over there within minutes, where it is for the same API; else enter it there too.`,
    `Then see that it works: “keyturn connections test ${id}”.`,
  ];
  return steps.filter((step) => step !== null);
}

function whatIsWrong(id: string, state: ConnectionState): (string | null)[] {
  const { status, statusReason, nextAction } = state;
  const who = accountIn(state);
  const account = who === null ? '' : `The account is ${who}. `;
  return [
    statusReason === null ? null : `What is wrong: ${statusReason}`,
    nextAction,
    status === 'reauthorizationRequired' ? `${account}${linkWords(id)}` : null,
  ];
}

function whatIsDueAhead(id: string, state: ConnectionState): string {
  const who = accountIn(state);
  if (state.endsBecause === 'userLeaves')
    return `${who ?? 'Whoever signed in'} leaves then. Let another account sign in, best one of the integration itself: “keyturn connections connect ${id} --anybody” makes the link, and an administrator approves the account.`;
  return `Sign in again before then${who === null ? '' : ` as ${who}`}. ${linkWords(id)}`;
}

function linkWords(id: string): string {
  return `An administrator of Keyturn makes the link: “keyturn connections connect ${id}”.`;
}

function accountIn({ authorizedBy }: ConnectionState): string | null {
  return authorizedBy?.userName ?? authorizedBy?.displayName ?? null;
}
