import { blobContainer } from './azure-blobs.ts';
import { identityCredential } from '../azure-credentials.ts';
import { brokerVault } from './azure-vault.ts';
import { blobGrantStates } from '../broker/blob-grant-state-store.ts';
import type { BrokerAdapters } from '../wiring/broker-parts.ts';
import { createEgress } from '../egress.ts';
import { AppError } from '../errors.ts';
import type { BrokerSettings } from '../settings/broker-settings.ts';
import type { Settings } from '../settings.ts';

/** The container of the state account in which instances share what they know of grants. */
const GRANTS_CONTAINER = 'grants';

/** The broker's services of Microsoft's cloud, by the broker's own identity. */
export function azureBrokerAdapters(
  settings: Settings,
  broker: BrokerSettings,
  shared: Pick<BrokerAdapters, 'openTable' | 'clock' | 'random'>,
): BrokerAdapters {
  const credential = identityCredential(broker.clientId);
  return {
    ...shared,
    states: blobGrantStates({
      connect: () => blobContainer(settings.storage, GRANTS_CONTAINER),
      clock: shared.clock,
    }),
    vault: brokerVault(broker),
    egress: createEgress({ allowedHosts: settings.allowedHosts }),
    federatedAssertion: async () => {
      const token = await credential.getToken(`${settings.cloud.federationAudience}/.default`);
      if (token !== null) return token.token;
      throw new AppError('not_configured', 'The managed identity of the broker gives no token.');
    },
  };
}
