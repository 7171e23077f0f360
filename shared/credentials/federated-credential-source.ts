import type { Client } from '@microsoft/microsoft-graph-client';
import type { Clock } from '../clock.ts';
import { graphFailure } from '../graph/graph-failure.ts';
import type { CredentialSource } from './credential-source.ts';
import type { DirectoryObject } from './directory-object.ts';
import { BATCH_SIZE, sendBatch, type BatchAnswer } from './graph-batch.ts';
import type { HeldCredential } from './held-credential.ts';

export interface FederatedSourceDeps {
  client: Client;
  clock: Clock;
  /** The tenant's lists, which are handed on as they are. */
  source: CredentialSource;
}

const LIST = 'federatedIdentityCredentials';
const ATTEMPT = { reading: 'federated credentials', permission: 'Application.Read.All' };
/** Batches that fail one after the other before the rest is not asked for any more. */
const MAX_FAILED_BATCHES = 3;

/**
 * A tenant with the federated credentials of its applications, which no list of Graph carries: one look-up per
 * application, 20 to a `$batch` (Microsoft Learn: "List federatedIdentityCredentials"). They never expire, so this is
 * for whoever asks what there is, and not for every night.
 */
export function federatedCredentialSource(deps: FederatedSourceDeps): CredentialSource {
  return {
    read: async function* read() {
      const reading: Reading = { unread: 0, failedInARow: 0, reasons: new Set() };
      for await (const event of deps.source.read()) {
        yield event;
        if (event.kind !== 'page' || event.list !== 'applications') continue;
        const held = await heldBy(deps, event.objects, reading);
        if (held.length > 0) yield { kind: 'held', list: LIST, held };
      }
      if (reading.unread === 0) return;
      const why = [...reading.reasons].join(' ');
      const reason = `The federated credentials of ${reading.unread} applications could not be read. ${why}`;
      yield { kind: 'incomplete', list: LIST, reason };
    },
  };
}

interface Reading {
  /** Applications whose federated credentials could not be read. */
  unread: number;
  failedInARow: number;
  reasons: Set<string>;
}

async function heldBy(
  deps: FederatedSourceDeps,
  objects: readonly DirectoryObject[],
  reading: Reading,
): Promise<HeldCredential[]> {
  const held: HeldCredential[] = [];
  for (let start = 0; start < objects.length; start += BATCH_SIZE) {
    const batch = objects.slice(start, start + BATCH_SIZE);
    if (reading.failedInARow >= MAX_FAILED_BATCHES) {
      reading.unread += batch.length;
      continue;
    }
    const before = reading.unread;
    const answers = await sendBatch(deps, batch.map(urlOf));
    for (const [index, object] of batch.entries()) {
      held.push(...credentialsIn(answers[index], object, reading));
    }
    const isLost = reading.unread - before === batch.length;
    reading.failedInARow = isLost ? reading.failedInARow + 1 : 0;
  }
  return held;
}

function urlOf({ objectId }: DirectoryObject): string {
  return `/applications/${encodeURIComponent(objectId ?? '')}/${LIST}?$select=id,name,issuer,subject`;
}

function credentialsIn(
  answer: BatchAnswer | undefined,
  object: DirectoryObject,
  reading: Reading,
): HeldCredential[] {
  if (answer?.kind === 'gone') return [];
  const { value } = recordOf(answer?.kind === 'answered' ? answer.body : null);
  if (Array.isArray(value)) return value.map((raw) => heldCredential(recordOf(raw), object));
  reading.unread += 1;
  const error = answer?.kind === 'failed' ? answer.error : new TypeError('no list');
  reading.reasons.add(graphFailure(error, ATTEMPT).message);
  return [];
}

function heldCredential(raw: Record<string, unknown>, object: DirectoryObject): HeldCredential {
  const { objectId, appId, displayName, owners } = object;
  const keyId = textOf(raw['id']);
  const name = textOf(raw['name']) ?? keyId ?? 'federated credential without a name';
  return {
    credential: {
      id: `application:${encodeURIComponent(objectId ?? '')}:federatedCredential:${encodeURIComponent(keyId ?? name)}`,
      type: 'federatedCredential',
      keyId,
      name,
      hint: null,
      thumbprint: null,
      startsAt: null,
      expiresAt: null,
      holder: { type: 'application', objectId, appId, displayName },
      selfRenewing: null,
      isActive: null,
    },
    owners,
    likelyConsumers: trustedOf(raw),
    tags: [],
    steps: [],
  };
}

/** Whom it lets in is who uses it: issuer and subject say so themselves. */
function trustedOf({
  issuer,
  subject,
}: Record<string, unknown>): HeldCredential['likelyConsumers'] {
  const [from, who] = [textOf(issuer), textOf(subject)];
  if (from === null) return [];
  return [
    { system: SYSTEMS[from] ?? from, because: who === null ? 'its issuer' : `subject ${who}` },
  ];
}

const SYSTEMS: Record<string, string> = {
  'https://token.actions.githubusercontent.com': 'GitHub Actions',
};

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
