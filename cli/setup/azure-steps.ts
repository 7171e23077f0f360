import { apiAppId } from './entra-steps.ts';
import { graphFunction, lookupLine } from './shell.ts';
import { tenantsAppId } from './tenant-steps.ts';
import type { Step } from './step.ts';
import type { Wanted } from './wanted.ts';

/** What the owner of the Azure resource group does: before the others, and once more after the Entra administrator. */
export function azureSteps(wanted: Wanted): Step[] {
  return [
    azureStep({
      what: 'Make a resource group of its own',
      why: 'So that everything of Keyturn can be seen, paid for and removed together.',
      commands: [`az group create --name ${wanted.resourceGroup} --location ${wanted.location}`],
      undo: [],
    }),
    deployStep(wanted),
    codeStep(wanted),
    audienceStep(wanted),
    keyStep(wanted),
  ];
}

type AzureStep = Pick<Step, 'what' | 'why' | 'commands' | 'undo' | 'note'>;

function azureStep(step: AzureStep): Step {
  return { role: 'azure', shell: 'bash', ...step };
}

function deployStep(wanted: Wanted): Step {
  return azureStep({
    what: 'Deploy Keyturn',
    why: `Function App, storage without keys, key vault, and the identities ${wanted.name}-monitor and ${wanted.name}-broker, which hold nothing in the directory yet. ${quietStart(wanted)}`,
    commands: [...deployLines(wanted), outputsLine(wanted)],
    undo: [
      `VAULT=$(az keyvault list --resource-group ${wanted.resourceGroup} --query '[].name' -o tsv)`,
      `az group delete --name ${wanted.resourceGroup} --yes`,
      '# Where purge protection is off; else the vault is gone for good after its days.',
      'for ONE in $VAULT; do az keyvault purge --name "$ONE"; done',
    ],
    ...(wanted.mailFrom === null
      ? {}
      : { note: 'Give monitorClientId and monitorPrincipalId to the Exchange administrator.' }),
  });
}

/** The address of the workflow is all that it takes to write there: it goes into no history. */
function deployLines(wanted: Wanted): string[] {
  if (!wanted.teams) return [deployLine(wanted, [])];
  return [
    "read -rsp 'Address of the Teams workflow: ' TEAMS_URL",
    deployLine(wanted, ['teamsWebhookUrl="$TEAMS_URL"']),
  ];
}

function quietStart({ mailFrom }: Wanted): string {
  return mailFrom === null
    ? 'It starts quietly: alerts are in preview, and nobody is warned before somebody runs keyturn alerts live.'
    : 'It starts quietly: every mail goes to operations until somebody runs keyturn alerts live.';
}

function codeStep({ name, resourceGroup }: Wanted): Step {
  return azureStep({
    what: 'Bring the program onto it',
    why: 'The template makes the place; the package is what runs there.',
    commands: [
      'npm ci && npm run package',
      `az functionapp deployment source config-zip --resource-group ${resourceGroup} --name ${name} --src dist/keyturn.zip`,
    ],
    undo: [],
  });
}

function audienceStep(wanted: Wanted): Step {
  return azureStep({
    what: 'After the Entra administrator: tell Keyturn its API registration',
    why: "So that Entra tokens open the API. Until then keys do. It reads the registration's application id, which is no secret.",
    commands: [
      ...graphFunction(wanted.cloud.graphUrl),
      lookupLine(apiAppId(wanted.name)),
      ...(wanted.manyTenants ? [lookupLine(tenantsAppId(wanted.name))] : []),
      deployLine(wanted, [
        'apiClientId="$API_APP_ID"',
        ...(wanted.manyTenants ? ['tenantsClientId="$TENANTS_APP_ID"'] : []),
      ]),
    ],
    undo: [deployLine(wanted, [])],
  });
}

function keyStep({ name, resourceGroup, publicUrl }: Wanted): Step {
  return azureStep({
    what: 'Make the first admin key, for whoever runs Keyturn',
    why: 'keyturn doctor, preview-alerts and alerts ask the installation with it. It is shown once: keep it in a password manager.',
    commands: [
      `MASTER=$(az functionapp keys list --resource-group ${resourceGroup} --name ${name} --query masterKey -o tsv)`,
      `curl -sS -X POST ${publicUrl}/api/keys -H "x-functions-key: $MASTER" -H 'content-type: application/json' -d '{"role":"admin","name":"setup"}'`,
    ],
    undo: [`curl -sS -X DELETE ${publicUrl}/api/keys/setup -H "x-keyturn-key: $KEYTURN_KEY"`],
  });
}

/** The template's parameters; `more` are shell words of our own. */
function deployLine(wanted: Wanted, more: string[]): string {
  const { name, resourceGroup } = wanted;
  const names = {
    app: name,
    hostIdentity: `${name}-host`,
    monitorIdentity: `${name}-monitor`,
    brokerIdentity: `${name}-broker`,
  };
  const parameters = [
    `names='${JSON.stringify(names)}'`,
    ...given('publicUrl', wanted.publicUrl),
    ...given('cloud', wanted.cloud.name),
    ...given('alerts', wanted.mailFrom === null ? 'preview' : 'operations'),
    ...given('mailFrom', wanted.mailFrom),
    ...given('teams', wanted.teams ? 'true' : null),
    ...given('operationsRecipients', wanted.operations),
    ...given('fallbackRecipients', wanted.fallback),
    ...given('signInActivity', wanted.signInActivity ? 'on' : null),
    ...more,
  ];
  return `az deployment group create --name ${name} --resource-group ${resourceGroup} --template-file infra/main.json --parameters ${parameters.join(' ')}`;
}

function outputsLine({ name, resourceGroup }: Wanted): string {
  return `az deployment group show --name ${name} --resource-group ${resourceGroup} --query properties.outputs`;
}

/** Every value is of characters that a shell leaves alone: `setupAsked` sees to that. */
function given(parameter: string, value: string | null): string[] {
  return value === null ? [] : [`${parameter}=${value}`];
}
