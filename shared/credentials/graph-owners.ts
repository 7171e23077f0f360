import type { Client } from '@microsoft/microsoft-graph-client';
import type { Clock } from '../clock.ts';
import { getGraphJson } from '../graph/graph-client.ts';
import { graphFailure } from '../graph/graph-failure.ts';
import type { Owner } from './directory-object.ts';
import { BATCH_SIZE, sendBatch, type BatchAnswer } from './graph-batch.ts';
import { readGraphOwner } from './graph-object.ts';
import type { OwnedObject, OwnerLookup, OwnersRead } from './owner-lookup.ts';

export interface GraphOwnersDeps {
  client: Client;
  clock: Clock;
}

const SELECT = '$select=id,displayName,mail,userPrincipalName,accountEnabled';
const ATTEMPT = { reading: 'owners', permission: 'Application.Read.All' };
/** Microsoft Learn, "List manager": the least privileged application permission. */
const MANAGER_ATTEMPT = { reading: 'managers', permission: 'User.Read.All' };
/** Batches that fail one after the other before the rest is not asked for any more. */
const MAX_FAILED_BATCHES = 3;
const MAX_PAGES = 50;

/**
 * Owners by `$batch` of 20 (Microsoft Learn: "Combine multiple HTTP requests using JSON batching"). Items come back in
 * any order; those that were throttled or failed are asked for again one by one. An owner that comes back as an id
 * alone means a missing permission, which is named, never "has no address". The manager of a user is asked for in the
 * same batches.
 */
export function graphOwners(deps: GraphOwnersDeps): OwnerLookup {
  return {
    ownersOf: async (holders) => {
      const reading = newReading();
      const unique = [...new Map(holders.map((holder) => [urlOf(holder), holder])).values()];
      let failedInARow = 0;
      for (let start = 0; start < unique.length; start += BATCH_SIZE) {
        const batch = unique.slice(start, start + BATCH_SIZE);
        if (failedInARow >= MAX_FAILED_BATCHES) {
          reading.unread += batch.length;
          continue;
        }
        const before = reading.unread;
        await readBatch(deps, batch, reading);
        failedInARow = reading.unread - before === batch.length ? failedInARow + 1 : 0;
      }
      return resultOf(reading);
    },
  };
}

interface Reading {
  owners: Map<string, Owner[]>;
  /** Objects whose owners could not be read. */
  unread: number;
  reasons: Set<string>;
  /** Objects that were gone when their owners were asked for. */
  gone: number;
  /** Owners that came back as an id alone. */
  nameless: number;
}

function newReading(): Reading {
  return { owners: new Map(), unread: 0, reasons: new Set(), gone: 0, nameless: 0 };
}

async function readBatch(
  deps: GraphOwnersDeps,
  batch: readonly OwnedObject[],
  reading: Reading,
): Promise<void> {
  const answers = await sendBatch(deps, batch.map(urlOf));
  for (const [index, holder] of batch.entries()) {
    const answer = answers[index];
    if (answer !== undefined) await takeAnswer(deps, { holder, answer }, reading);
  }
}

async function takeAnswer(
  { client }: GraphOwnersDeps,
  { holder, answer }: { holder: OwnedObject; answer: BatchAnswer },
  reading: Reading,
): Promise<void> {
  if (answer.kind === 'gone') {
    // Deleted between the list and now: nobody to warn, nothing to report as unread. Graph says the same of a user
    // without a manager, and of an application that another tenant has.
    if (holder.type !== 'user' && holder.type !== 'appId') reading.gone += 1;
    reading.owners.set(holder.objectId, []);
    return;
  }
  const isUser = holder.type === 'user';
  try {
    if (answer.kind === 'failed') throw answer.error;
    const owners = isUser
      ? [readGraphOwner(asRecord(answer.body))]
      : await restOf(client, answer.body);
    reading.nameless += owners.filter(isNameless).length;
    reading.owners.set(holder.objectId, owners);
  } catch (error) {
    reading.unread += 1;
    reading.reasons.add(graphFailure(error, isUser ? MANAGER_ATTEMPT : ATTEMPT).message);
  }
}

/** An object can have more owners than a page holds; the second page is asked for by itself. */
async function restOf(client: Client, firstBody: unknown): Promise<Owner[]> {
  const owners: Owner[] = [];
  let body = firstBody;
  for (let pages = 1; pages <= MAX_PAGES; pages += 1) {
    const { value, '@odata.nextLink': nextLink } = asRecord(body);
    if (!Array.isArray(value)) throw new TypeError('not a list of owners');
    owners.push(...value.map((raw) => readGraphOwner(asRecord(raw))));
    if (typeof nextLink !== 'string' || nextLink === '') break;
    body = await getGraphJson(client, nextLink);
  }
  return owners;
}

function isNameless({ type, displayName, address }: Owner): boolean {
  return type !== 'group' && displayName === null && address === null;
}

function resultOf({ owners, unread, reasons, gone, nameless }: Reading): OwnersRead {
  const why = [...reasons].join(' ');
  return {
    owners,
    incomplete:
      unread === 0
        ? []
        : [
            {
              list: 'owners',
              reason: `The owners of ${unread} applications could not be read; those they would be told go to the fallback recipients. ${why}`,
            },
          ],
    notes: [
      ...(nameless === 0
        ? []
        : [
            `${nameless} owners came back without name and address. To tell owners, give Keyturn's identity the application permission User.ReadBasic.All with admin consent.`,
          ]),
      ...(gone === 0 ? [] : [`${gone} applications were deleted while the check ran.`]),
    ],
  };
}

function urlOf({ type, objectId }: OwnedObject): string {
  return `${PATHS[type](encodeURIComponent(objectId))}?${SELECT}`;
}

const PATHS: Record<OwnedObject['type'], (id: string) => string> = {
  application: (id) => `/applications/${id}/owners`,
  servicePrincipal: (id) => `/servicePrincipals/${id}/owners`,
  user: (id) => `/users/${id}/manager`,
  // Graph's alternate key. Nothing that encodeURIComponent leaves alone can end the quotes but the quote itself.
  appId: (appId) => `/applications(appId='${appId.replaceAll("'", '%27')}')/owners`,
};

function asRecord(raw: unknown): Record<string, unknown> {
  return typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
}
