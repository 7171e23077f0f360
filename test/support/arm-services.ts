import type { ArmCloud } from './arm-clouds.ts';
import { guid } from './arm-functions.ts';

/** Where something is deployed to. */
export interface Place {
  cloud: ArmCloud;
  tenantId: string;
  subscriptionId: string;
  resourceGroup: string;
  location: string;
}

/** `Microsoft.KeyVault/vaults/secrets` with [vault, secret]. */
export function resourceId(place: Place, type: string, names: readonly string[]): string {
  const [provider = '', ...types] = type.split('/');
  if (types.length !== names.length || names.some((name) => name === ''))
    throw new Error(`${type} is not named by ${JSON.stringify(names)}`);
  const way = types.map((one, at) => `${one}/${names[at] ?? ''}`).join('/');
  return `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}/providers/${provider}/${way}`;
}

export function idParts(id: string): { type: string; name: string } {
  const [provider = '', ...way] = (id.split('/providers/')[1] ?? '').split('/');
  const types = way.filter((_, at) => at % 2 === 0);
  return { type: [provider, ...types].join('/'), name: way.at(-1) ?? '' };
}

/** What a service says of a resource of its own: its properties, as far as templates ask for them. */
export function answerOf(
  { type, name }: { type: string; name: string },
  { cloud }: Place,
): Record<string, unknown> {
  const answer = ANSWERS[type]?.(name, cloud);
  if (answer === undefined) throw new Error(`nobody knows what ${type} answers`);
  return answer;
}

const ANSWERS: Record<string, (name: string, cloud: ArmCloud) => Record<string, unknown>> = {
  'Microsoft.ManagedIdentity/userAssignedIdentities': (name) => ({
    clientId: guid(`client ${name}`),
    principalId: guid(`principal ${name}`),
  }),
  'Microsoft.Storage/storageAccounts': (name, { storage }) => ({
    primaryEndpoints: Object.fromEntries(
      ['blob', 'queue', 'table'].map((kind) => [kind, `https://${name}.${kind}.${storage}/`]),
    ),
  }),
  'Microsoft.KeyVault/vaults': (name, { vaultDns }) => ({
    vaultUri: `https://${name}${vaultDns}/`,
  }),
  'Microsoft.Insights/components': (name) => ({
    ConnectionString: `InstrumentationKey=${guid(name)}`,
  }),
  'Microsoft.Web/sites': (name, { sites }) => ({ defaultHostName: `${name}.${sites}` }),
};
