import type { SecretVault, SecretVersion } from '../connections/secret-vault.ts';
import { AppError } from '../errors.ts';
import type { Row } from '../storage/table.ts';
import { NO_APPLICATION, probeTenant, type OnboardDeps } from './onboard-tenant.ts';
import type { Tenant } from './tenant.ts';

export interface SaveTenantDeps extends OnboardDeps {
  /** Throws `not_configured` where the installation has no vault. */
  vault: () => Promise<SecretVault>;
  homeTenantId: string;
}

/** What an administrator of Keyturn says about a tenant; secrets go to the vault and nowhere else. */
export interface TenantDraft extends Pick<
  Tenant,
  'displayName' | 'recipients' | 'thresholds' | 'alerts'
> {
  /** `identity` stands for the home tenant's own in answers that are sent back. */
  credential:
    { type: 'federated' | 'identity' } | { type: 'secret' | 'certificate'; clientId: string };
  clientSecret?: string | undefined;
  certificate?: { privateKey: string; certificate: string } | undefined;
}

/**
 * Adds a tenant: the secret first, then the record, then a look whether the tenant agreed already, in which case it is
 * watched at once. Throws `conflict` for one that is there, `bad_request` for a credential that cannot work.
 */
export async function addTenant(
  deps: SaveTenantDeps,
  { tenantId, draft, by }: { tenantId: string; draft: TenantDraft; by: string },
): Promise<Tenant> {
  if ((await deps.tenants.get(tenantId)) !== null) throw isThere();
  const instance = Buffer.from(deps.randomBytes(4)).toString('hex');
  const now = deps.clock.now().toISOString();
  const { displayName, recipients, thresholds, alerts } = draft;
  const isHome = tenantId === deps.homeTenantId;
  const tenant: Tenant = {
    tenantId,
    displayName,
    instance,
    credential: await credentialOf(deps, { tenantId, instance, credential: null }, draft),
    access: isHome ? 'granted' : 'waiting',
    accessSince: now,
    // Its own application is agreed to in that tenant's portal; the sweep sees when.
    agreedAt: 'clientId' in draft.credential ? now : null,
    recipients,
    thresholds,
    alerts,
    addedAt: now,
    addedBy: by,
  };
  if (!(await deps.tenants.create(tenant))) throw isThere();
  return isHome ? tenant : looked(deps, tenant);
}

/**
 * Changes what is said about a tenant. A secret that is not given again is kept, as long as the application is the same.
 * Throws `precondition_failed` when somebody else was faster.
 */
export async function changeTenant(
  deps: SaveTenantDeps,
  current: Row<Tenant>,
  draft: TenantDraft,
): Promise<Tenant> {
  const { displayName, recipients, thresholds, alerts } = draft;
  const before = current.value;
  const credential = await credentialOf(deps, before, draft);
  const isSame = JSON.stringify(credential) === JSON.stringify(before.credential);
  const tenant: Tenant = {
    ...before,
    displayName,
    recipients,
    thresholds,
    alerts,
    credential,
  };
  if (!(await deps.tenants.replace(current, tenant)))
    throw new AppError(
      'precondition_failed',
      'It was changed in the meantime. Read it again and decide anew.',
    );
  return isSame || tenant.tenantId === deps.homeTenantId ? tenant : looked(deps, tenant);
}

/** Forgets a tenant: its links, its secret, then the record. What is known of its secrets goes with the days of docs/retention.md. */
export async function removeTenant(deps: SaveTenantDeps, tenant: Tenant): Promise<void> {
  await deps.links.revoke(tenant.tenantId);
  const { credential } = tenant;
  if (credential.type !== 'federated') await (await deps.vault()).remove(credential.secret.name);
  await deps.tenants.remove(tenant.tenantId);
}

/** A link that can be mailed to an administrator of the tenant; its token is in the fragment (security rule 6). */
export async function linkForTenant(
  { links, publicUrl, clientId, homeTenantId }: SaveTenantDeps,
  { tenantId, instance, credential }: Tenant,
  issuedBy: string,
): Promise<{ url: string; expiresAt: string }> {
  if (tenantId === homeTenantId)
    throw new AppError(
      'bad_request',
      'The home tenant is read by the managed identity: it needs no link.',
    );
  if (credential.type !== 'federated')
    throw new AppError(
      'bad_request',
      'This tenant is read by an application of its own: its administrator agrees to that one in its own portal.',
    );
  if (clientId === null) throw new AppError('not_configured', NO_APPLICATION);
  const { token, endsAt } = await links.create({ tenantId, instance, issuedBy });
  return { url: `${publicUrl}/act#${token}`, expiresAt: endsAt };
}

async function looked(deps: SaveTenantDeps, tenant: Tenant): Promise<Tenant> {
  const { ok } = await probeTenant(deps, tenant.tenantId);
  return ok ? ((await deps.tenants.get(tenant.tenantId))?.value ?? tenant) : tenant;
}

interface Place {
  tenantId: string;
  instance: string;
  /** What it had before. */
  credential: Tenant['credential'] | null;
}

type OwnCredential = Extract<TenantDraft['credential'], { clientId: string }> &
  Pick<TenantDraft, 'clientSecret' | 'certificate'>;

async function credentialOf(
  deps: SaveTenantDeps,
  place: Place,
  { credential, clientSecret, certificate }: TenantDraft,
): Promise<Tenant['credential']> {
  if (!('clientId' in credential)) {
    if (deps.clientId === null && place.tenantId !== deps.homeTenantId)
      throw wrong('/credential', NO_APPLICATION);
    return { type: 'federated' };
  }
  return ownCredential(deps, place, { ...credential, clientSecret, certificate });
}

async function ownCredential(
  deps: SaveTenantDeps,
  place: Place,
  { type, clientId, clientSecret, certificate }: OwnCredential,
): Promise<Tenant['credential']> {
  if (place.tenantId === deps.homeTenantId)
    throw wrong('/credential', 'The home tenant is read by the managed identity.');
  const value = type === 'secret' ? clientSecret : certificate && JSON.stringify(certificate);
  if (value !== undefined)
    return { type, clientId, secret: await kept(deps, place, { type, value }) };
  const before = place.credential;
  if (before?.type === type && before.clientId === clientId) return before;
  throw wrong(
    type === 'secret' ? '/clientSecret' : '/certificate',
    'It is required: what the application proves itself with.',
  );
}

async function kept(
  { vault }: SaveTenantDeps,
  { tenantId, instance }: Place,
  { type, value }: { type: 'secret' | 'certificate'; value: string },
): Promise<SecretVersion> {
  const contentType =
    type === 'secret'
      ? 'application/vnd.keyturn.client-secret'
      : 'application/vnd.keyturn.certificate';
  const name = `tenant-${tenantId}-${instance}-secret`;
  return (await vault()).put(name, value, { contentType, tags: { tenant: tenantId, instance } });
}

function isThere(): AppError {
  return new AppError(
    'conflict',
    'This tenant is there already. Read it with GET /api/tenants, and change it with PUT /api/tenants/{tenantId}.',
  );
}

function wrong(pointer: string, detail: string): AppError {
  return new AppError('bad_request', 'The body is not what this route takes; see "errors".', {
    errors: [{ pointer, detail }],
  });
}
