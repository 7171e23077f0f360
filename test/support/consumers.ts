import type { RecordedConsumer } from '../../shared/credentials/credential.ts';
import type { StoredConsumer } from '../../shared/connections/consumer-store.ts';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const APP = '33333333-3333-4333-8333-333333333333';

/** SmartConnect's connection 'BC Prod', which holds nobody knows which secret of {@link APP}. */
export function aConsumer(changes: Partial<StoredConsumer> = {}): StoredConsumer {
  return {
    ...aPlace(),
    tenantId: TENANT,
    appId: APP,
    ...changes,
  };
}

/** The same as a finding of the application carries it. */
export function aPlace(changes: Partial<RecordedConsumer> = {}): RecordedConsumer {
  return {
    id: 'bc-prod',
    system: 'SmartConnect',
    name: 'BC Prod',
    contact: 'erp@contoso.example',
    keyId: null,
    enteredAt: null,
    confirmedAt: null,
    confirmedBy: null,
    ...changes,
  };
}
