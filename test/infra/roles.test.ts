import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ofType, resolved, type ArmResource } from '../support/arm-template.ts';

interface Assignment {
  role: string;
  who: string;
  on: string;
}

/** Who may do what in Azure, all of it. What the identities may do in the directory is not the template's business. */
const EXPECTED: Assignment[] = [
  // Locks, keys and the package of the host; nothing of Keyturn's is in that account.
  { role: 'storageBlobDataOwner', who: 'host', on: 'hostStorage account' },
  { role: 'monitoringMetricsPublisher', who: 'host', on: 'insights' },
  { role: 'storageTableDataContributor', who: 'host', on: 'each table' },
  { role: 'storageQueueDataContributor', who: 'host', on: 'each queue' },
  { role: 'storageQueueDataMessageSender', who: 'host', on: 'each poison queue' },
  { role: 'storageBlobDataContributor', who: 'host', on: 'each container' },
  { role: 'keyVaultSecretsOfficer', who: 'broker', on: 'vault' },
  { role: 'keyVaultSecretsUser', who: 'host', on: 'channelVault' },
  { role: 'keyVaultReader', who: 'monitor', on: 'each watched vault' },
];

const state = "resourceId('Microsoft.Storage/storageAccounts/";
const SCOPES: Record<string, string> = {
  "resourceId('Microsoft.Storage/storageAccounts', parameters('accountName'))":
    'hostStorage account',
  "resourceId('Microsoft.Insights/components', parameters('names').insights)": 'insights',
  [`${state}tableServices/tables', parameters('accountName'), 'default', variables('state').tables[copyIndex()])`]:
    'each table',
  [`${state}queueServices/queues', parameters('accountName'), 'default', variables('state').queues[copyIndex()])`]:
    'each queue',
  [`${state}queueServices/queues', parameters('accountName'), 'default', format('{0}-poison', variables('state').queues[copyIndex()]))`]:
    'each poison queue',
  [`${state}blobServices/containers', parameters('accountName'), 'default', variables('state').containers[copyIndex()])`]:
    'each container',
  "resourceId('Microsoft.KeyVault/vaults', parameters('vaultName'))": 'each watched vault',
};

function assignmentIn(resource: ArmResource): Assignment {
  const { roleDefinitionId, principalId } = resource.body.properties ?? {};
  const named = /variables\('roles'\)(?:\.(\w+)|\[parameters\('role'\)\])/.exec(
    String(roleDefinitionId),
  );
  const role = named?.[1] ?? String(resource.given['role']);
  const principal = String(resolved(principalId, resource));
  const who =
    /^\[reference\('identities'\)\.outputs\.(\w+)\.value\.principalId\]$/.exec(principal)?.[1] ??
    principal;
  return { role, who, on: scopeOf(resource) };
}

function scopeOf(resource: ArmResource): string {
  const scope = (resource.body.scope ?? 'the whole group').replace(/^\[|\]$/g, '');
  if (scope !== "resourceId('Microsoft.KeyVault/vaults', parameters('name'))")
    return SCOPES[scope] ?? scope;
  return /names'\)\.(\w+)/.exec(String(resource.given['name']))?.[1] ?? scope;
}

describe('who may do what in Azure', () => {
  it('is exactly this, and each role is on one thing', () => {
    const found = ofType('Microsoft.Authorization/roleAssignments').map(assignmentIn);
    const sorted = (all: Assignment[]) =>
      all.toSorted((a, b) => (a.role < b.role ? -1 : a.role > b.role ? 1 : 0));
    expect(sorted(found)).toEqual(sorted(EXPECTED));
  });

  it('is given to applications, never to people or groups', () => {
    for (const { body } of ofType('Microsoft.Authorization/roleAssignments'))
      expect(body.properties?.['principalType']).toBe('ServicePrincipal');
  });

  it('uses roles that Azure has built in, by their ids', () => {
    const roles = JSON.parse(
      readFileSync(new URL('../../infra/roles.json', import.meta.url), 'utf8'),
    ) as Record<string, string>;
    // Microsoft Learn, "Azure built-in roles".
    expect(roles).toEqual({
      keyVaultReader: '21090545-7ca7-4776-b22c-e363652d74d2',
      keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
      keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
      monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb',
      storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
      storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
      storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
      storageQueueDataMessageSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a',
      storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    });
    expect(ofType('Microsoft.Authorization/roleDefinitions')).toEqual([]);
  });
});
