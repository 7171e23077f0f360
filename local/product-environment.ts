import { installation } from './cloud/installation.ts';
import { nationalClouds, type CloudName } from './cloud/national-clouds.ts';

interface Places {
  /** Of Keyturn itself. */
  port: number;
  cloudPort: number;
  /** Of Azurite. */
  connectionString: string;
  /** The cloud that the installation lives in; the public one unless given. */
  cloudName?: CloudName | undefined;
}

/**
 * The whole environment of a host process: the app settings of an installation on Azure with their real host names,
 * and of the machine only what a process needs to run.
 */
export function productEnvironment({
  port,
  cloudPort,
  connectionString,
  cloudName = 'public',
}: Places): Record<string, string> {
  const cloud = nationalClouds[cloudName];
  return {
    ...machine(process.env),
    KEYTURN_PUBLIC_URL: `http://localhost:${port}`,
    KEYTURN_CLOUD: cloudName,
    KEYTURN_HOME_TENANT: installation.tenantId,
    KEYTURN_TENANTS: installation.tenantId,
    KEYTURN_WATCHED_VAULTS: installation.watchedVault,
    KEYTURN_STORAGE: connectionString,
    KEYTURN_MONITOR_CLIENT_ID: installation.identities.monitor.clientId,
    KEYTURN_VAULT_URL: installation.vaultUrl.replace('vault.azure.net', cloud.vaultSuffix),
    KEYTURN_BROKER_CLIENT_ID: installation.identities.broker.clientId,
    KEYTURN_TENANTS_CLIENT_ID: installation.tenantsClientId,
    KEYTURN_API_AUDIENCE: installation.apiClientId,
    KEYTURN_KEYS: 'on',
    KEYTURN_ALERTS: 'live',
    KEYTURN_MAIL_FROM: installation.mailFrom,
    KEYTURN_MAIL_TRANSPORT: 'graph',
    KEYTURN_TEAMS_WEBHOOK_URL: installation.teamsWebhookUrl.replace(
      nationalClouds.public.teamsHost,
      cloud.teamsHost,
    ),
    KEYTURN_WEBHOOK_URL: installation.webhookUrl,
    KEYTURN_WEBHOOK_SECRETS: installation.webhookSecret,
    KEYTURN_FALLBACK_RECIPIENTS: installation.fallbackRecipient,
    KEYTURN_ESCALATION_RECIPIENTS: installation.escalationRecipient,
    KEYTURN_OPERATIONS_RECIPIENTS: installation.operationsRecipient,
    KEYTURN_RECIPIENT_DOMAINS: installation.verifiedDomain,
    KEYTURN_TIME_ZONE: 'Europe/Berlin',
    KEYTURN_SIGN_IN_ACTIVITY: cloud.hasSignInActivity ? 'on' : 'off',
    // Whoever measures or tries a pipeline here asks as fast as the machine can.
    KEYTURN_TOKENS_PER_MINUTE: '9000000',
    IDENTITY_ENDPOINT: `http://127.0.0.1:${cloudPort}/msi/token`,
    IDENTITY_HEADER: installation.identityHeader,
    AzureWebJobsStorage: connectionString,
    AzureWebJobsDisableHomepage: 'true',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    FUNCTIONS_EXTENSION_VERSION: '~4',
  };
}

function machine(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'LANG'];
  return Object.fromEntries(
    kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}
