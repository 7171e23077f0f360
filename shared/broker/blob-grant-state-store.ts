import { randomUUID } from 'node:crypto';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { ensuredClient, ignoring, type EnsuredClient } from '../storage/azure-storage.ts';
import { parseStored } from '../storage/stored-value.ts';
import {
  LEASE_MS,
  type GrantKey,
  type GrantStateStore,
  type StateLease,
  type StoredState,
} from './grant-state-store.ts';
import { grantStateSchema, type GrantState } from './grant-state.ts';

interface BlobStatesDeps {
  /** The container of states; credentials and address are the caller's business (shared/azure.ts). */
  connect: () => ContainerClient;
  clock: Pick<Clock, 'now'>;
}

/** Our clock may be behind the service's by so much before a lease that we believe in is not ours any more. */
const SKEW_MS = 1_000;

/**
 * States as blobs of an Azure storage account (or Azurite), one each, under leases of 60 seconds. A blob has to exist to
 * be leased, so the first lease makes an empty one, which reads as no state. Microsoft Learn, "Lease Blob".
 */
export function blobGrantStates({ connect, clock }: BlobStatesDeps): GrantStateStore {
  const container = ensuredClient({
    what: 'blobs of grants',
    connect,
    create: (client) => client.createIfNotExists(),
    goneCode: 'ContainerNotFound',
  });
  return {
    read: async (key) => stateIn(await download(container, key)),
    lease: async (key) => {
      const leaseId = await acquired(container, key);
      return leaseId === null ? null : leaseOn({ container, key, leaseId, clock });
    },
  };
}

type Container = EnsuredClient<ContainerClient>;

function blobOf(client: ContainerClient, { connectionId, instance }: GrantKey): BlockBlobClient {
  return client.getBlockBlobClient(`${connectionId}.${instance}.json`);
}

interface Download {
  text: string;
  etag: string;
}

async function download(container: Container, key: GrantKey): Promise<Download | null> {
  return container.run(async (client) => {
    const response = await blobOf(client, key).download().catch(ignoring(404, null));
    if (response === null) return null;
    const chunks: Buffer[] = [];
    for await (const chunk of response.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
    return { text: Buffer.concat(chunks).toString('utf8'), etag: response.etag ?? '' };
  });
}

function stateIn(downloaded: Download | null): StoredState | null {
  if (downloaded === null || downloaded.text === '') return null;
  const { text, etag } = downloaded;
  return { state: parseStored('grants', text, grantStateSchema), etag };
}

async function acquired(container: Container, key: GrantKey): Promise<string | null> {
  const leaseId = randomUUID();
  const acquire = (client: ContainerClient) =>
    blobOf(client, key)
      .getBlobLeaseClient(leaseId)
      .acquireLease(LEASE_MS / 1000)
      .then(() => 'ours' as const, ignoring(409, 'theirs' as const));
  return container.run(async (client) => {
    const first = await acquire(client).catch(ignoring(404, 'absent' as const));
    if (first !== 'absent') return first === 'ours' ? leaseId : null;
    await blobOf(client, key)
      .upload('', 0, { conditions: { ifNoneMatch: '*' } })
      .catch(ignoring(409, null))
      .catch(ignoring(412, null));
    return (await acquire(client)) === 'ours' ? leaseId : null;
  });
}

interface Held {
  container: Container;
  key: GrantKey;
  leaseId: string;
  clock: Pick<Clock, 'now'>;
}

function leaseOn(held: Held): StateLease {
  const { container, key, leaseId, clock } = held;
  const freshEnd = () => new Date(clock.now().getTime() + LEASE_MS - SKEW_MS);
  let endsAt = freshEnd();
  return {
    endsAt: () => endsAt,
    read: async () => stateIn(await download(container, key)),
    write: (state, etag) => write(held, state, etag),
    renew: async () => {
      const isOurs = await container.run((client) =>
        blobOf(client, key)
          .getBlobLeaseClient(leaseId)
          .renewLease()
          .then(() => true, ignoring(409, false))
          .catch(ignoring(404, false)),
      );
      if (isOurs) endsAt = freshEnd();
      return isOurs;
    },
    remove: () =>
      container.run((client) =>
        blobOf(client, key)
          .delete({ conditions: { leaseId } })
          .then(() => true, ignoring(412, false))
          .catch(ignoring(404, true)),
      ),
    release: async () => {
      try {
        await container.run((client) =>
          blobOf(client, key).getBlobLeaseClient(leaseId).releaseLease(),
        );
      } catch (error) {
        // It runs out by itself within the minute, or is somebody else's by now.
        if (!(error instanceof AppError)) throw error;
      }
    },
  };
}

async function write(
  { container, key, leaseId }: Held,
  state: GrantState,
  etag: string | null,
): Promise<string | null> {
  const ifMatch = etag ?? (await etagOfNothing(container, key));
  if (ifMatch === null) return null;
  const json = JSON.stringify(state);
  return container.run((client) =>
    blobOf(client, key)
      .upload(json, Buffer.byteLength(json), {
        conditions: { leaseId, ifMatch },
        blobHTTPHeaders: { blobContentType: 'application/json', blobCacheControl: 'no-store' },
      })
      .then((response) => response.etag ?? null, ignoring(412, null))
      .catch(ignoring(404, null)),
  );
}

/** The version of the empty blob; null when there is a state by now. */
async function etagOfNothing(container: Container, key: GrantKey): Promise<string | null> {
  const now = await download(container, key);
  return now?.text === '' ? now.etag : null;
}
