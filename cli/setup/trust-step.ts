import { APPLICATION_ADMINISTRATOR, entraStep } from './entra-step.ts';
import { recordsOf } from './graph-answer.ts';
import { identity, tenant } from './lookups.ts';
import type { GraphJson, Lookup, Step } from './step.ts';
import type { Wanted } from './wanted.ts';

interface Trust {
  wanted: Pick<Wanted, 'name' | 'cloud'>;
  /** Of the application's object id, as APPLICATION. */
  application: Lookup;
  who: 'monitor' | 'broker';
  what: string;
  why: string;
}

/**
 * An application trusts one of Keyturn's identities instead of a secret (Microsoft Learn, "Configure an application to
 * trust a managed identity"). It may be done again: the credential goes by its name.
 */
export function trustStep({ wanted, application, who, what, why }: Trust): Step {
  const { name, cloud } = wanted;
  const place = '/applications/{APPLICATION}/federatedIdentityCredentials';
  const issuerOf = (tenantId: string) => `${cloud.loginUrl}/${tenantId}/v2.0`;
  const isIt = (one: GraphJson, ids: ReadonlyMap<string, string>) =>
    one['subject'] === ids.get('IDENTITY') && one['issuer'] === issuerOf(ids.get('TENANT') ?? '');
  return entraStep({
    what,
    why,
    lookups: [application, tenant(), identity('IDENTITY', `${name}-${who}`)],
    present: {
      path: place,
      isDone: ({ value }, ids) => recordsOf(value).some((one) => isIt(one, ids)),
    },
    change: {
      method: 'PATCH',
      path: `${place}(name='${name}-${who}')`,
      isUpsert: true,
      body: {
        issuer: issuerOf('{TENANT}'),
        subject: '{IDENTITY}',
        audiences: [cloud.federationAudience],
      },
    },
    undo: {
      lookups: [application],
      changes: [{ method: 'DELETE', path: `${place}/${name}-${who}` }],
    },
    needs: APPLICATION_ADMINISTRATOR,
  });
}
