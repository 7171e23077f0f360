import { DEFAULT_CHECK_SCHEDULE } from './check-schedule.ts';
import type { FlatSettings, SettingText } from './setting-list.ts';

/** Settings of the command line when it speaks to an installation. */
type CliSetting = 'KEYTURN_URL' | 'KEYTURN_KEY';

const addresses = 'Give mail addresses, separated by commas.';
const storageFix =
  'Set KEYTURN_STORAGE__blobServiceUri, KEYTURN_STORAGE__queueServiceUri and KEYTURN_STORAGE__tableServiceUri (Azure), or KEYTURN_STORAGE to a connection string (local).';

/** What the README's table says about each setting, and what to do about a fault. In the order of the table. */
export const settingTexts: Record<keyof FlatSettings | CliSetting, SettingText> = {
  KEYTURN_PUBLIC_URL: {
    fallback: 'required',
    help: 'The address at which people reach this installation. Links are made from it, never from a request.',
    fix: 'Set it to the origin alone, such as https://keyturn.contoso.com, without a path.',
  },
  KEYTURN_CLOUD: {
    fallback: '`public`',
    help: 'The Microsoft cloud of all tenants: `public`, `usGov` (GCC High), `usGovDod` or `china`.',
    fix: 'Use public, usGov, usGovDod or china.',
  },
  KEYTURN_HOME_TENANT: {
    fallback: 'required',
    help: 'The tenant (GUID) that this installation belongs to. Administrators sign in there.',
    fix: 'Set it to the tenant ID shown on the overview page of Microsoft Entra ID.',
  },
  KEYTURN_TENANTS: {
    fallback: '`home`',
    help: 'The tenants to watch, separated by commas: GUIDs, or `home`.',
    fix: 'Give tenant IDs, separated by commas, or leave it out to watch the home tenant.',
  },
  KEYTURN_WATCHED_VAULTS: {
    fallback: '',
    help: "Key vaults to watch, separated by commas: names or addresses. The monitor's identity needs the role Key Vault Reader on each; names and dates are read, values never.",
    fix: 'Give names such as contoso-kv, or addresses such as https://contoso-kv.vault.azure.net, of the cloud that KEYTURN_CLOUD names.',
  },
  KEYTURN_SELF_RENEWING_NAMES: {
    fallback: '',
    help: 'Names of secrets and certificates that a job of your own replaces, separated by commas, `*` for anything: shown, and told about only when they were not replaced in time.',
    fix: 'Give names such as acme-*, with at least three characters that are not *.',
  },
  KEYTURN_STORAGE: {
    fallback: '',
    help: 'A storage connection string, for local use. On Azure use the next five instead.',
    fix: storageFix,
  },
  KEYTURN_STORAGE__blobServiceUri: {
    fallback: 'required on Azure',
    help: 'Blob service of the state account, such as `https://acct.blob.core.windows.net`.',
    fix: storageFix,
  },
  KEYTURN_STORAGE__queueServiceUri: {
    fallback: 'required on Azure',
    help: "Its queue service. The host's queue triggers read it too.",
    fix: storageFix,
  },
  KEYTURN_STORAGE__tableServiceUri: {
    fallback: 'required on Azure',
    help: 'Its table service.',
    fix: storageFix,
  },
  KEYTURN_STORAGE__credential: {
    fallback: '`managedidentity`',
    help: 'Read by the host. No other credential is accepted.',
    fix: 'Set it to managedidentity.',
  },
  KEYTURN_STORAGE__clientId: {
    fallback: 'the system-assigned identity',
    help: 'Client id of the user-assigned identity that may read and write the state account.',
    fix: 'Set it to the client ID (GUID) of the managed identity, or leave it out.',
  },
  KEYTURN_VAULT_URL: {
    fallback: '',
    help: 'The key vault that holds grants and client secrets of connections. Without it there are none.',
    fix: 'Set it to the vault URI of the cloud that KEYTURN_CLOUD names, such as https://keyturn-contoso.vault.azure.net.',
  },
  KEYTURN_MONITOR_CLIENT_ID: {
    fallback: 'the system-assigned identity',
    help: 'Client id of the user-assigned identity that reads the directory and sends mail.',
    fix: 'Set it to the client ID (GUID) of the managed identity, or leave it out.',
  },
  KEYTURN_BROKER_CLIENT_ID: {
    fallback: 'the system-assigned identity',
    help: 'Client id of the user-assigned identity that uses that vault, and that applications may trust instead of a secret.',
    fix: 'Set it to the client ID (GUID) of the managed identity, or leave it out.',
  },
  KEYTURN_TENANTS_CLIENT_ID: {
    fallback: '',
    help: "Application (client) id of an app registration for many tenants that trusts the monitor's identity: with it the other tenants are read, once they agreed ([docs/tenants.md](docs/tenants.md)).",
    fix: 'Set it to the application (client) ID of that registration, or leave it out to watch the home tenant, and tenants with a credential of their own.',
  },
  KEYTURN_API_AUDIENCE: {
    fallback: '',
    help: 'Application (client) id of the app registration whose tokens this API accepts. Without it, and with `KEYTURN_KEYS` off, every route but health answers 503.',
    fix: 'Set it to the application (client) ID of the API registration, or set KEYTURN_KEYS to on.',
  },
  KEYTURN_KEYS: {
    fallback: '`off`',
    help: "`on`: Keyturn's own keys are accepted as well.",
    fix: 'Use on or off.',
  },
  KEYTURN_CHECK_SCHEDULE: {
    fallback: `\`${DEFAULT_CHECK_SCHEDULE}\``,
    help: 'When all tenants are checked: NCRONTAB with six fields, in UTC.',
    fix: `Use six fields: second minute hour day month weekday, such as ${DEFAULT_CHECK_SCHEDULE}.`,
  },
  KEYTURN_SIGN_IN_ACTIVITY: {
    fallback: '`off`',
    help: '`on`: when something was replaced, Keyturn also reads when its secrets were last used (a beta report of Microsoft Graph; AuditLog.Read.All and a Premium licence; public cloud only).',
    fix: 'Use on or off.',
  },
  KEYTURN_TIME_ZONE: {
    fallback: '`UTC`',
    help: 'IANA zone in which messages name days and hours. The schedule stays in UTC.',
    fix: 'Use a name such as Europe/Berlin.',
  },
  KEYTURN_ALERTS: {
    fallback: '`preview`',
    help: '`preview` tells nobody and says who would get what, `operations` tells operations only, `live` tells owners.',
    fix: 'Use preview, operations or live.',
  },
  KEYTURN_THRESHOLD_DAYS: {
    fallback: '`60,30,14,7,3,1,0`',
    help: 'Days before the end on which someone is told. Kinds that differ follow after semicolons: `60,30,14,7,3,1,0;certificate=60,30,7`.',
    fix: 'Give whole numbers from 60 to 0, separated by commas; a kind that differs as ;certificate=60,30,7.',
  },
  KEYTURN_MAIL_FROM: {
    fallback: '',
    help: 'The mailbox that messages come from.',
    fix: 'Set it to the address of a mailbox that the monitor identity may send as.',
  },
  KEYTURN_MAIL_TRANSPORT: {
    fallback: '`graph` where `KEYTURN_MAIL_FROM` is set, else `none`',
    help: '`graph` sends through Microsoft Graph, `smtp://user:password@host:587` through a mail server (STARTTLS is required; `smtps://` for TLS from the start), `none` sends no mail. With a password a secret: on Azure a Key Vault reference.',
    fix: 'Use graph, none, or smtp://user:password@host:587 with user and password percent-encoded (@ is %40).',
  },
  KEYTURN_TEAMS_WEBHOOK_URL: {
    fallback: '',
    help: 'The address of a Teams workflow that posts to a channel: one card per tenant and night. A secret: on Azure a Key Vault reference.',
    fix: 'In Teams, open the channel’s Workflows, take the template “Send webhook alerts to a channel”, and copy its whole address, sig included.',
  },
  KEYTURN_WEBHOOK_URL: {
    fallback: '',
    help: 'Where events go: `opened`, `stage`, `resolved` for each secret, signed by [Standard Webhooks](docs/webhooks.md).',
    fix: 'Set it to an https address, without a user name in it.',
  },
  KEYTURN_WEBHOOK_SECRETS: {
    fallback: 'required beside `KEYTURN_WEBHOOK_URL`',
    help: 'What events are signed with, separated by commas: each gives a signature of its own, so that one can be replaced without a gap. On Azure a Key Vault reference.',
    fix: 'Make one with: echo "whsec_$(openssl rand -base64 32)"',
  },
  KEYTURN_FALLBACK_RECIPIENTS: {
    fallback: '',
    help: 'Who is told where nobody else can be, and beside the owners from 7 days before the end.',
    fix: addresses,
  },
  KEYTURN_ESCALATION_RECIPIENTS: {
    fallback: '',
    help: 'Who is told too from 1 day before the end.',
    fix: addresses,
  },
  KEYTURN_OPERATIONS_RECIPIENTS: {
    fallback: '',
    help: 'Who runs this installation: troubles, digests, and everything in the mode `operations`.',
    fix: addresses,
  },
  KEYTURN_RECIPIENT_DOMAINS: {
    fallback: "the tenant's verified domains, where they can be read",
    help: 'Domains that addresses written on applications may be in, separated by commas.',
    fix: 'Give domains such as contoso.com, separated by commas.',
  },
  KEYTURN_ALL_CLEAR: {
    fallback: '`off`',
    help: '`on`: operations get a mail after every night that read everything and found nothing.',
    fix: 'Use on or off.',
  },
  KEYTURN_ALLOWED_HOSTS: {
    fallback: '',
    help: 'Hosts with private addresses that may be called, separated by commas. Public ones need no entry.',
    fix: 'Give host names without https:// and without a path, separated by commas.',
  },
  KEYTURN_TOKENS_PER_MINUTE: {
    fallback: '`30000`',
    help: 'How many tokens of one connection one caller gets in a minute from each instance; above it the answer is 429.',
    fix: 'Give a whole number of requests, or leave it out.',
  },
  KEYTURN_ACCEPTED_ENVIRONMENT: {
    fallback: '',
    help: 'Names of variables that could redirect requests (a proxy, more certificate authorities, `NODE_OPTIONS`) and are meant. Any other stops the service on Azure.',
    fix: 'Give names of environment variables, separated by commas.',
  },
  KEYTURN_URL: {
    fallback: '',
    help: 'Command line only: the address of the installation to speak to.',
    fix: 'Set it to the value of KEYTURN_PUBLIC_URL of the installation.',
  },
  KEYTURN_KEY: {
    fallback: '',
    help: 'Command line only: an admin or reader key of that installation.',
    fix: 'Create a key with POST /api/keys.',
  },
};
