import { GraphError, type Client } from '@microsoft/microsoft-graph-client';
import { getGraphJson } from '../graph/graph-client.ts';
import { graphFailure } from '../graph/graph-failure.ts';
import type { CredentialSource, SourceEvent } from './credential-source.ts';
import type { DirectoryObject } from './directory-object.ts';
import { readGraphObject } from './graph-object.ts';

export interface GraphCredentialSourceDeps {
  client: Client;
}

interface GraphList {
  /** Name of the list in Graph, in events and in coverage. */
  name: 'applications' | 'servicePrincipals';
  /** What people call its members. */
  inWords: string;
  type: 'application' | 'servicePrincipal';
  select: string;
}

/** `keyCredentials` brings the certificates' bytes along; readGraphObject leaves them behind. */
const SELECT_OF_BOTH = 'id,appId,displayName,tags,notes,passwordCredentials,keyCredentials';
const LISTS: readonly GraphList[] = [
  {
    name: 'applications',
    inWords: 'applications',
    type: 'application',
    select: `${SELECT_OF_BOTH},web,spa,publicClient,requiredResourceAccess`,
  },
  {
    name: 'servicePrincipals',
    inWords: 'enterprise applications',
    type: 'servicePrincipal',
    select: `${SELECT_OF_BOTH},replyUrls,servicePrincipalType,appOwnerOrganizationId,preferredTokenSigningKeyThumbprint,notificationEmailAddresses`,
  },
];
/** Microsoft Learn: "List applications": the largest page that Graph gives. */
const PAGE_SIZE = 999;
/** Small portions die young: 30 MB less at the peak than whole pages, measured over 100 000 applications. */
const HANDED_ON_AT_ONCE = 100;
const PERMISSION = 'Application.Read.All';

/**
 * Applications and enterprise applications as Microsoft Graph lists them, page by page. Asks for the next page while
 * the last one is worked on. Follows nextLink whole, over empty pages too; starts a list again once when Graph
 * no longer knows where it was; says `incomplete`, with what to do, where a list ends early.
 */
export function graphCredentialSource({ client }: GraphCredentialSourceDeps): CredentialSource {
  return {
    read: async function* read() {
      for (const list of LISTS) yield* readList(client, list);
    },
  };
}

async function* readList(client: Client, list: GraphList): AsyncIterable<SourceEvent> {
  let read = 0;
  for await (const page of pagesOf(client, list)) {
    if (page.kind === 'page') {
      read += page.value.length;
      yield* eventsOf(page.value, list);
    } else {
      yield { kind: 'incomplete', list: list.name, reason: reasonOf(page.reason, read, list) };
    }
  }
}

interface LoadedPage {
  kind: 'page';
  value: unknown[];
  nextLink: string | null;
}
interface FailedPage {
  /** `lost`: Graph no longer knows the nextLink, so the list can be read again from its beginning. */
  kind: 'lost' | 'broken';
  reason: string;
}
type Page = LoadedPage | FailedPage;

/** The pages of a list; a failed one is the last. */
async function* pagesOf(client: Client, list: GraphList): AsyncIterable<Page> {
  const firstUrl = `/${list.name}?$select=${list.select}&$top=${PAGE_SIZE}`;
  let seenLinks = new Set<string>();
  let canRestart = true;
  let pending: Promise<Page> | null = pageAt(client, firstUrl, list);
  while (pending !== null) {
    const page: Page = await pending;
    if (page.kind === 'lost' && seenLinks.size > 0 && canRestart) {
      canRestart = false;
      seenLinks = new Set();
      pending = pageAt(client, firstUrl, list);
      continue;
    }
    pending = page.kind === 'page' ? nextPage(client, list, { page, seenLinks }) : null;
    yield page;
  }
}

/** Starts to read the next page at once, so that Graph works on it while this one is worked on here. */
function nextPage(
  client: Client,
  list: GraphList,
  { page: { nextLink }, seenLinks }: { page: LoadedPage; seenLinks: Set<string> },
): Promise<Page> | null {
  if (nextLink === null) return null;
  if (seenLinks.has(nextLink)) {
    const reason = `Microsoft Graph led back to a page of ${list.inWords} that was read already. Start the check again.`;
    return Promise.resolve({ kind: 'broken', reason });
  }
  seenLinks.add(nextLink);
  return pageAt(client, nextLink, list);
}

/** Never rejects: a page is asked for before anybody waits for it. */
async function pageAt(client: Client, url: string, list: GraphList): Promise<Page> {
  try {
    const body = await getGraphJson(client, url);
    return readPage(body, list);
  } catch (error) {
    const status = error instanceof GraphError ? error.statusCode : -1;
    const { message: reason } = graphFailure(error, {
      reading: list.inWords,
      permission: PERMISSION,
    });
    return { kind: status === 400 || status === 410 ? 'lost' : 'broken', reason };
  }
}

function readPage(body: unknown, list: GraphList): Page {
  const { value, '@odata.nextLink': nextLink = null } = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(value) || (nextLink !== null && typeof nextLink !== 'string')) {
    const reason = `Microsoft Graph answered something that is not a list of ${list.inWords}. Start the check again; if it lasts, see what answers in its place on this network.`;
    return { kind: 'broken', reason };
  }
  return { kind: 'page', value, nextLink: nextLink === '' ? null : nextLink };
}

function* eventsOf(value: unknown[], list: GraphList): Iterable<SourceEvent> {
  let objects: DirectoryObject[] = [];
  for (const raw of value) {
    const object = readGraphObject(raw, list.type);
    if ('problem' in object) yield skippedEvent(raw, object.problem, list);
    else objects.push(object);
    if (objects.length < HANDED_ON_AT_ONCE) continue;
    yield { kind: 'page', list: list.name, objects };
    objects = [];
  }
  yield { kind: 'page', list: list.name, objects };
}

function skippedEvent(raw: unknown, problem: string, list: GraphList): SourceEvent {
  const id = idOf(raw);
  return {
    kind: 'skipped',
    where: id === null ? list.name : `${list.name}/${id}`,
    reason: `This entry of Microsoft Graph's answer could not be read: ${problem}.`,
  };
}

function idOf(raw: unknown): string | null {
  const { id } = (raw ?? {}) as Record<string, unknown>;
  return typeof id === 'string' ? id : null;
}

function reasonOf(cause: string, read: number, list: GraphList): string {
  return read === 0
    ? `No ${list.inWords} were read. ${cause}`
    : `Only ${read} ${list.inWords} were read, not all: do not treat silence as OK. ${cause}`;
}
