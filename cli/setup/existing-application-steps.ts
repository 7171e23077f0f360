import { APPLICATION_ADMINISTRATOR, entraStep } from './entra-step.ts';
import { listOf, recordOf } from './graph-answer.ts';
import type { Lookup, ShellLookup, Step } from './step.ts';
import { trustStep } from './trust-step.ts';
import type { Wanted } from './wanted.ts';

/** What an application that some integration has already needs, so that Keyturn can sign people in with it. */
export function existingApplicationSteps(wanted: Wanted, appId: string): Step[] {
  const application: Lookup = {
    variable: 'APPLICATION',
    path: `${pathOf(appId)}?$select=id`,
    query: 'id',
    pick: ({ id }) => (typeof id === 'string' ? id : null),
    madeBy: `the application ${appId} being registered in this tenant`,
  };
  return [
    redirectStep(wanted, appId),
    trustStep({
      wanted,
      application,
      who: 'broker',
      what: `Let the application ${appId} trust Keyturn's broker identity`,
      why: 'So that its secret can go once Keyturn alone uses it. From then on whoever controls Keyturn can act as this application: leave it out where that is not meant, and give the connection a secret instead.',
    }),
  ];
}

function pathOf(appId: string): string {
  return `/applications(appId='${appId}')`;
}

/** The list is replaced as a whole, so it is read first, and what others put there stays. */
function redirectStep({ publicUrl }: Wanted, appId: string): Step {
  const redirectUri = `${publicUrl}/oauth/callback`;
  const path = pathOf(appId);
  const body = { web: { redirectUris: '{URIS_JSON}' } };
  const change = { method: 'PATCH', path, body } as const;
  const reading = { variable: 'URIS_JSON', path: `${path}?$select=web` };
  const withIt: Lookup = {
    ...reading,
    query: `to_string([web.redirectUris, ['${redirectUri}']][])`,
    pick: ({ web }) => {
      const others = listOf(recordOf(web)['redirectUris']).filter((one) => one !== redirectUri);
      return JSON.stringify([...others, redirectUri]);
    },
    madeBy: `the application ${appId} being registered in this tenant`,
  };
  const withoutIt: ShellLookup = {
    ...reading,
    query: `to_string(web.redirectUris[?@ != '${redirectUri}'])`,
  };
  return entraStep({
    what: `Let answers of sign-ins with the application ${appId} come to Keyturn`,
    why: 'Entra sends a person back only to addresses that the application names. Those that are there stay.',
    lookups: [],
    present: {
      path,
      isDone: ({ web }) => listOf(recordOf(web)['redirectUris']).includes(redirectUri),
    },
    changeLookups: [withIt],
    change,
    undo: { lookups: [withoutIt], changes: [change] },
    needs: APPLICATION_ADMINISTRATOR,
  });
}
