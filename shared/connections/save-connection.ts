import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Row } from '../storage/table.ts';
import { newestSecrets, storedProof, type Proof } from './add-secret.ts';
import type { ConnectionDraft } from './connection-draft.ts';
import type { ConnectionStore } from './connection-store.ts';
import { bindingOf, type Connection } from './connection.ts';
import type { SecretVault } from './secret-vault.ts';

export interface SaveConnectionDeps {
  connections: ConnectionStore;
  vault: SecretVault;
  /** Takes everything of an instance that is no more out of the world; told before the instance is let go. */
  retire: (connection: Connection) => Promise<void>;
  clock: Pick<Clock, 'now'>;
  randomBytes: (size: number) => Uint8Array;
  log: Log;
}

/**
 * Creates a connection, or changes one (`current`). The secret goes into the vault first, so a crash leaves a value that
 * nothing names and never a name without a value. What changes the binding makes a new instance: whatever was sealed,
 * granted or remembered for the old one is of no use to the new one, and the secret has to be given again (security
 * rule 10). Throws `bad_request` for a secret that is missing, `precondition_failed` when somebody else was faster.
 */
export async function saveConnection(
  deps: SaveConnectionDeps,
  { draft, proof, current }: Save,
): Promise<Connection> {
  const before = current?.value ?? null;
  const connection = await nextVersion(deps, before, { draft, proof });
  const isSaved = await write(deps, current, connection);
  const unused = isSaved ? before : connection;
  if (unused !== null && before?.instance !== connection.instance) await deps.retire(unused);
  if (isSaved) return connection;
  throw new AppError(
    'precondition_failed',
    'It was changed in the meantime. Read it again and decide anew.',
  );
}

async function nextVersion(
  deps: SaveConnectionDeps,
  before: Connection | null,
  { draft, proof }: Pick<Save, 'draft' | 'proof'>,
): Promise<Connection> {
  const bound = before !== null && isSameBinding(before, draft) ? before : null;
  const kept = bound?.credential.type === draft.credential.type ? bound.secrets : [];
  requireProof(draft, proof, { hasOne: kept.length > 0, isNew: before === null });
  const instance = bound?.instance ?? newInstance(deps);
  const added = await storedProof(deps, { id: draft.id, instance }, proof);
  const now = deps.clock.now().toISOString();
  return {
    ...draft,
    instance,
    secrets: newestSecrets([...added, ...kept]),
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
}

interface Save {
  draft: ConnectionDraft;
  proof: Proof;
  current: Row<Connection> | null;
}

function isSameBinding(before: Connection, draft: ConnectionDraft): boolean {
  return bindingOf(before) === bindingOf({ ...before, ...draft });
}

async function write(
  { connections }: SaveConnectionDeps,
  current: Row<Connection> | null,
  connection: Connection,
): Promise<boolean> {
  return current === null
    ? connections.create(connection)
    : connections.replace(current, connection);
}

function newInstance({ randomBytes }: SaveConnectionDeps): string {
  return Buffer.from(randomBytes(4)).toString('hex');
}

const MEMBERS = { secret: 'clientSecret', certificate: 'certificate' } as const;

function requireProof(
  { credential: { type } }: ConnectionDraft,
  proof: Proof,
  { hasOne, isNew }: { hasOne: boolean; isNew: boolean },
): void {
  const wanted = type === 'federated' ? null : MEMBERS[type];
  const extra = Object.values(MEMBERS).find(
    (member) => member !== wanted && proof[member] !== undefined,
  );
  if (extra !== undefined)
    throw wrong(`/${extra}`, `The credential of this connection is of type ${type}.`);
  if (wanted === null || hasOne || proof[wanted] !== undefined) return;
  throw wrong(`/${wanted}`, isNew ? REQUIRED : REBOUND);
}

const REQUIRED = 'It is required: what the application proves itself with.';
const REBOUND =
  'Tenant, application, resource or endpoints change, so what was entered for the old ones does not count. Enter it again.';

function wrong(pointer: string, detail: string): AppError {
  return new AppError('bad_request', 'The body is not what this route takes; see "errors".', {
    errors: [{ pointer, detail }],
  });
}
