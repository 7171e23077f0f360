import { randomBytes } from 'node:crypto';
import { createTokenBroker, type TokenBroker } from '../broker/acquire-token.ts';
import {
  createAuthorizationStore,
  type AuthorizationStore,
} from '../broker/authorization-request.ts';
import type { BrokerDeps } from '../broker/broker-deps.ts';
import { createConnectLinks, type ConnectLinks } from '../broker/connect-links.ts';
import { clientProofs } from '../broker/client-proofs.ts';
import { entraTokenProvider } from '../broker/entra-token-provider.ts';
import type { GrantHolder } from '../broker/grant-holder.ts';
import type { GrantStateStore } from '../broker/grant-state-store.ts';
import { noteOutcome } from '../broker/note-outcome.ts';
import { createRetirement, type Retirement } from '../broker/retire-instance.ts';
import type { TokenProvider } from '../broker/token-provider.ts';
import { oauth2TokenProvider, type ClientMethods } from '../broker/oauth2-token-provider.ts';
import { vaultSealingKeys, type RotatingSealingKeys } from '../broker/vault-sealing-keys.ts';
import type { Clock } from '../clock.ts';
import type { Cloud } from '../clouds.ts';
import { createConnectionStore, type ConnectionStore } from '../connections/connection-store.ts';
import type { DraftDeps } from '../connections/connection-draft.ts';
import type { Connection } from '../connections/connection.ts';
import { knownConnections, type KnownConnections } from '../connections/known-connections.ts';
import { providerDiscovery } from '../connections/tenant-discovery.ts';
import type { SecretVault } from '../connections/secret-vault.ts';
import type { Egress } from '../egress.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import type { OpenTable } from '../storage/table.ts';

/** What of the outside world the broker needs. */
export interface BrokerAdapters {
  openTable: OpenTable;
  states: GrantStateStore;
  vault: SecretVault;
  egress: Egress;
  /** The broker identity's word for an application that trusts it, for this cloud's login host alone. */
  federatedAssertion: () => Promise<string>;
  clock: Clock;
  random: () => number;
}

/** The broker's parts, which its use cases share. */
export interface BrokerParts extends BrokerDeps {
  sealing: RotatingSealingKeys;
  cloud: Cloud;
  egress: Egress;
  connections: ConnectionStore;
  authorizations: AuthorizationStore;
  connectLinks: ConnectLinks;
  tokens: TokenBroker;
  retirement: Retirement;
  discovery: DraftDeps;
  /** For the hot path. */
  known: KnownConnections;
}

/** Wires the broker: stores over tables, blobs and the vault, use cases over the stores. */
function brokerParts({
  settings,
  adapters,
  log,
}: {
  settings: Pick<Settings, 'cloud' | 'allowedHosts'>;
  adapters: BrokerAdapters;
  log: Log;
}): BrokerParts {
  const { openTable, states, vault, egress, clock, random } = adapters;
  const connections = createConnectionStore(openTable);
  const entra = entraTokenProvider({ cloud: settings.cloud, egress });
  const methods: ClientMethods = new Map();
  const connectionOf = async ({ connectionId, instance }: GrantHolder): Promise<Connection> => {
    const row = await connections.get(connectionId);
    if (row !== null && row.value.instance === instance) return row.value;
    throw new AppError('not_found', 'There is no such connection (any more).');
  };
  const deps: BrokerDeps & Pick<BrokerParts, 'sealing'> = {
    states,
    vault,
    sealing: vaultSealingKeys({ vault, openTable, clock, randomBytes }),
    providerOf: ({ oauth2 }): TokenProvider =>
      oauth2 === null ? entra : oauth2TokenProvider({ egress, methods, provider: oauth2 }),
    proofsOf: async (holder) => clientProofs(adapters, await connectionOf(holder)),
    outcomeOf: async (holder, outcome) =>
      noteOutcome({ connections, clock }, await connectionOf(holder), outcome),
    clock,
    random,
    randomBytes,
    log,
  };
  return {
    ...deps,
    cloud: settings.cloud,
    egress,
    connections,
    authorizations: createAuthorizationStore(openTable),
    connectLinks: createConnectLinks({ openTable, clock, randomBytes }),
    tokens: createTokenBroker(deps),
    retirement: createRetirement({ openTable, states, vault, clock, log }),
    discovery: providerDiscovery({
      cloud: settings.cloud,
      egress,
      allowedHosts: settings.allowedHosts,
    }),
    known: knownConnections(connections, clock),
  };
}

/**
 * The broker of this process, built when something first needs it. Throws `not_configured` while the installation has no
 * vault.
 */
export function lazyBroker(input: {
  settings: Pick<Settings, 'cloud' | 'allowedHosts'>;
  adapters: (() => Promise<BrokerAdapters>) | null;
  log: Log;
}): () => Promise<BrokerParts> {
  let built: Promise<BrokerParts> | null = null;
  const { settings, adapters, log } = input;
  return () => {
    if (adapters === null)
      throw new AppError(
        'not_configured',
        'This installation holds no connections: set KEYTURN_VAULT_URL to a key vault that its broker identity may use.',
      );
    built ??= adapters().then((ready) => brokerParts({ settings, adapters: ready, log }));
    return built;
  };
}
