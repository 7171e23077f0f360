import { GraphError, type Client } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import { getGraphJson } from '../graph/graph-client.ts';
import type { AccountLookup } from './account.ts';
import { readIsoInstant } from './instant.ts';

const answer = z.object({
  accountEnabled: z.boolean().nullish(),
  employeeLeaveDateTime: z.string().nullish(),
});

/** Each with what it takes beside User.Read.All: what may not be read is left out, and the rest still counts. */
const SELECTS = [
  // Microsoft Learn, "Microsoft Graph permissions reference": User-LifeCycleInfo.Read.All.
  'accountEnabled,employeeLeaveDateTime',
  'accountEnabled',
];

/** Accounts of one tenant by Microsoft Graph ("Get user"): a call each, so ask for the few that matter. */
export function graphAccounts(client: Client): AccountLookup {
  return async (objectId) => {
    for (const select of SELECTS) {
      try {
        const path = `/users/${encodeURIComponent(objectId)}?$select=${select}`;
        const read = answer.parse(await getGraphJson(client, path));
        return {
          isDisabled: read.accountEnabled === false,
          leavesAt: readIsoInstant(read.employeeLeaveDateTime ?? ''),
        };
      } catch (error) {
        if (!(error instanceof GraphError && error.statusCode === 403)) return null;
      }
    }
    return null;
  };
}
