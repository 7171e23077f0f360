import { describe, expect, it } from 'vitest';
import { azureSteps } from '../../cli/setup/azure-steps.ts';
import { setupAsked } from '../../cli/setup/wanted.ts';
import { deployed, of, type CloudName } from '../support/arm-scenarios.ts';
import { guid } from '../support/arm-functions.ts';

/** What a shell would hand to the template: `--parameters name=value …` to the end of the line. */
function parametersIn(command: string): Record<string, unknown> {
  const [, words = ''] = command.split(' --parameters ');
  return Object.fromEntries(
    [...words.matchAll(/(\w+)=(?:'([^']*)'|"\$(\w+)"|(\S+))/g)].map(
      ([, name = '', json, variable, word]) => [
        name,
        json === undefined ? (word ?? guid(variable ?? '')) : (JSON.parse(json) as unknown),
      ],
    ),
  );
}

const everyCloud: CloudName[] = ['public', 'usGov', 'usGovDod', 'china'];

describe('the sheet of keyturn setup for the Azure owner', () => {
  it.each(everyCloud)('deploys what the others are told about, in %s', (cloud) => {
    const asked =
      '--location westeurope --name contoso-keyturn --many-tenants --sign-in-activity --mail-from keyturn@contoso.com --operations operations@contoso.com --fallback fallback@contoso.com';
    const { wanted } = setupAsked(asked.split(' '), { KEYTURN_CLOUD: cloud });
    const deployments = azureSteps(wanted)
      .flatMap(({ commands }) => commands)
      .filter((command) => command.startsWith('az deployment group create'));
    expect(deployments).toHaveLength(2);
    for (const command of deployments) {
      const { resources, outputs } = deployed(parametersIn(command), cloud);
      expect(outputs).toMatchObject({ appName: 'contoso-keyturn', publicUrl: wanted.publicUrl });
      expect(of(resources, 'Microsoft.Web/sites')[0]?.properties).not.toBeUndefined();
      expect(
        of(resources, 'Microsoft.ManagedIdentity/userAssignedIdentities').map(({ name }) => name),
      ).toEqual(['contoso-keyturn-host', 'contoso-keyturn-monitor', 'contoso-keyturn-broker']);
    }
  });
});
