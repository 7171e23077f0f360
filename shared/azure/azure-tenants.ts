import { identityCredential } from '../azure-credentials.ts';
import { clientProofs } from '../broker/client-proofs.ts';
import { entraTokenProvider } from '../broker/entra-token-provider.ts';
import type { ClientProof, ProviderAnswer } from '../broker/token-provider.ts';
import type { SecretVault, SecretVersion } from '../connections/secret-vault.ts';
import type { CredentialSource } from '../credentials/credential-source.ts';
import { graphAccounts } from '../credentials/graph-account.ts';
import { graphCredentialSource } from '../credentials/graph-credential-source.ts';
import { graphOrganization } from '../credentials/graph-organization.ts';
import { graphOwners } from '../credentials/graph-owners.ts';
import { createEgress, type Egress } from '../egress.ts';
import { AppError } from '../errors.ts';
import { createGraphClient, getGraphJson } from '../graph/graph-client.ts';
import { graphFailure } from '../graph/graph-failure.ts';
import type { Adapters, Directory } from '../wiring/monitor-parts.ts';
import type { Settings } from '../settings.ts';
import {
  tenantCredential,
  type TenantCredential,
  type TenantTokenAnswer,
} from '../tenants/tenant-credential.ts';
import type { TenantDirectories, TenantProbe } from '../tenants/tenant-probe.ts';
import { refusalOf } from '../tenants/tenant-refusal.ts';
import type { TenantStore } from '../tenants/tenant-store.ts';
import type { Tenant } from '../tenants/tenant.ts';

interface TenantsDeps extends Pick<Adapters, 'clock' | 'random'> {
  settings: Settings;
  /** The vault of the installation; null where it has none. */
  vault: (() => Promise<SecretVault>) | null;
  store: TenantStore;
}

/**
 * The directories of tenants that the installation does not live in: each read with a token of its own, by the
 * application for many tenants, which trusts the monitor's identity, or by a credential that was entered for it.
 */
export function azureTenantDirectories(deps: TenantsDeps): TenantDirectories<Directory> {
  const { settings } = deps;
  const egress = createEgress({ allowedHosts: settings.allowedHosts });
  const identity = identityCredential(settings.monitorClientId);
  const assertion = async () => {
    const token = await identity.getToken(`${settings.cloud.federationAudience}/.default`);
    if (token !== null) return token.token;
    throw new AppError('not_configured', 'The managed identity of the monitor gives no token.');
  };
  const known = new Map<string, TenantParts>();
  const partsOf = (tenantId: string) => {
    const parts = known.get(tenantId) ?? tenantParts({ ...deps, egress, assertion }, tenantId);
    known.set(tenantId, parts);
    return parts;
  };
  return {
    directoryOf: (tenantId) => partsOf(tenantId).directory,
    probe: (tenantId) => partsOf(tenantId).probe(),
  };
}

interface TenantParts {
  directory: Directory;
  probe: () => Promise<TenantProbe>;
}

interface SignInDeps extends TenantsDeps {
  egress: Egress;
  assertion: () => Promise<string>;
}

function tenantParts(deps: SignInDeps, tenantId: string): TenantParts {
  const { settings, clock, random, store } = deps;
  const { cloud } = settings;
  const credential = tenantCredential({ ask: () => askForToken(deps, tenantId), clock }, tenantId);
  const client = createGraphClient({ cloud, credential, clock, random });
  const organization = graphOrganization(client, clock);
  const note: NoteAccess = (access) => store.noteAccess(tenantId, access, clock.now());
  return {
    directory: {
      source: noting(graphCredentialSource({ client }), { credential, note }),
      owners: graphOwners({ client, clock }),
      account: graphAccounts(client),
      name: async () =>
        (await organization.name()) ?? (await store.get(tenantId))?.value.displayName ?? null,
      verifiedDomains: () => organization.verifiedDomains(),
    },
    probe: async () => {
      credential.forget();
      try {
        await getGraphJson(client, '/applications?$top=1&$select=id');
        return { ok: true };
      } catch (error) {
        const attempt = { reading: 'applications', permission: 'Application.Read.All' };
        return { ok: false, reason: graphFailure(error, attempt).message };
      }
    },
  };
}

/** One request to the tenant's token endpoint; what cannot be asked now is trouble that may pass. */
async function askForToken(deps: SignInDeps, tenantId: string): Promise<TenantTokenAnswer> {
  try {
    return await asked(deps, tenantId);
  } catch (error) {
    const why = error instanceof AppError ? error.message : NO_IDENTITY;
    const sentence = `Keyturn could not sign in to this tenant. ${why}`;
    return { ok: false, refusal: { kind: 'trouble', sentence } };
  }
}

const NO_IDENTITY =
  'Its managed identity gave no token: in Azure, switch it on and check KEYTURN_MONITOR_CLIENT_ID.';

async function asked(deps: SignInDeps, tenantId: string): Promise<TenantTokenAnswer> {
  const { settings, store } = deps;
  const credential = (await store.get(tenantId))?.value.credential ?? { type: 'federated' };
  const clientId = credential.type === 'federated' ? settings.tenantsClientId : credential.clientId;
  if (clientId === null) return { ok: false, refusal: NOBODY };
  const proof = await proofOf(deps, credential);
  if (proof === undefined) return { ok: false, refusal: NO_SECRET };
  const scopes = [`${settings.cloud.graphUrl}/.default`];
  const provider = entraTokenProvider({ cloud: settings.cloud, egress: deps.egress });
  const answer = await provider.clientCredentials({
    client: { connectionId: tenantId, clientId, tenantId, scopes },
    proof,
    timeoutMs: TIMEOUT_MS,
  });
  return understood(answer, credential.type === 'federated');
}

const TIMEOUT_MS = 20_000;

const NOBODY = {
  kind: 'setUp',
  sentence:
    'Nothing says how Keyturn signs in to this tenant. Set KEYTURN_TENANTS_CLIENT_ID to an application for many tenants, or give the tenant a credential of its own (docs/tenants.md).',
} as const;

const NO_SECRET = {
  kind: 'setUp',
  sentence:
    'What Keyturn proves itself with in this tenant is not in its key vault any more. Enter it again with PUT /api/tenants/{tenantId}.',
} as const;

function understood(answer: ProviderAnswer, isFederated: boolean): TenantTokenAnswer {
  if (answer.ok) {
    const { accessToken, expiresInSeconds } = answer.tokens;
    return { ok: true, accessToken, expiresInSeconds };
  }
  const { status, ...error } = answer.error;
  return {
    ok: false,
    refusal: refusalOf({ ...error, isTrouble: status === 'degraded' }, isFederated),
  };
}

/** What the application proves itself with there; undefined when the vault has it no more. */
async function proofOf(
  { vault, assertion }: SignInDeps,
  credential: Tenant['credential'],
): Promise<ClientProof | undefined> {
  const secrets = credential.type === 'federated' ? [] : [credential.secret];
  const sources = {
    federatedAssertion: assertion,
    vault: { get: async (secret: SecretVersion) => (await vault?.())?.get(secret) ?? null },
  };
  const [proof] = await clientProofs(sources, { credential, secrets, kind: 'dataverse' });
  return proof;
}

/** Keeps what the reading shows of the tenant's consent. */
function noting(
  source: CredentialSource,
  { credential, note }: { credential: TenantCredential; note: NoteAccess },
): CredentialSource {
  return {
    read: async function* read() {
      let isRead = false;
      for await (const event of source.read()) {
        if (event.kind === 'page' && !isRead) {
          isRead = true;
          await note('granted');
        }
        const refused = event.kind === 'incomplete' ? credential.refused() : null;
        // One reason for all lists, so that it is said once.
        yield event.kind !== 'incomplete' || refused === null
          ? event
          : { ...event, reason: refused.sentence };
      }
      if (!isRead && credential.refused()?.kind === 'consent') await note('withdrawn');
    },
  };
}

type NoteAccess = (access: Tenant['access']) => Promise<void>;
