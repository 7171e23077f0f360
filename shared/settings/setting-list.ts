import { z } from 'zod';
import { teamsWebhookUrl, webhookSecrets, webhookUrl } from './channel-values.ts';
import { credentialTypeSchema } from '../credentials/credential-schema.ts';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../expiry/thresholds.ts';
import { mailTransport } from './smtp-settings.ts';
import { DEFAULT_CHECK_SCHEDULE, isCheckSchedule } from './check-schedule.ts';

/** What a person reads about one setting, in the README's table and beside a fault. */
export interface SettingText {
  /** Shown as the default; '' for none, 'required' where the service does not start without it. */
  fallback: string;
  help: string;
  /** What to do when the value is missing or wrong. */
  fix: string;
}

/** Five hundred a second: stops a loop that ran away, and no program that asks each time it needs a token. */
const DEFAULT_TOKENS_PER_MINUTE = 30_000;

const guid = z.guid('It is not a GUID.').transform((text) => text.toLowerCase());

const list = (one: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) => [...new Set(text.split(',').map((part) => part.trim()))].filter(Boolean))
    .pipe(z.array(one));

const addresses = list(z.email('It holds something that is not a mail address.')).default([]);

const hostName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i, 'It holds something that is not a host name.')
  .transform((text) => text.toLowerCase());

const serviceUri = z
  .url({ protocol: /^https$/, error: 'It is not an https address.' })
  .transform((text) => text.replace(/\/+$/, ''));

const publicUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  if (url !== null && (url.protocol === 'https:' || isLocal) && url.href === `${url.origin}/`)
    return url.origin;
  context.addIssue('It is not an https origin (http only on localhost).');
  return z.NEVER;
});

const audience = z
  .string()
  .transform((text) => text.replace(/^api:\/\//, ''))
  .pipe(guid);

const days = list(z.string().regex(/^\d+$/, 'It holds something that is not a whole number.'))
  .transform((texts) => texts.map(Number).sort((a, b) => b - a))
  .refine((all) => all.length > 0 && all.every((day) => day <= 60), 'Days go from 60 to 0.');

/** `60,30,7` for every kind, then, after semicolons, `certificate=60,14` for one that differs. */
const thresholds = z.string().transform((text, context): Thresholds => {
  const [general = '', ...kinds] = text.split(';');
  const daysOf = (list: string): number[] => {
    const read = days.safeParse(list);
    if (read.success) return read.data;
    for (const { message } of read.error.issues) context.addIssue(message);
    return [];
  };
  const byType: Thresholds['byType'] = {};
  for (const kind of kinds.filter((part) => part.trim() !== '')) {
    const [name = '', ...list] = kind.split('=');
    const type = credentialTypeSchema.safeParse(name.trim());
    if (type.success) byType[type.data] = daysOf(list.join('='));
    else context.addIssue('It names a kind of credential that there is not.');
  }
  return { days: daysOf(general), byType };
});

const timeZone = z.string().refine((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}, 'It is not an IANA time zone.');

/** Every setting that the service reads, as it stands in the environment: text in, checked value out. */
export const flatSettings = z.object({
  KEYTURN_PUBLIC_URL: publicUrl,
  KEYTURN_CLOUD: z
    .enum(['public', 'usGov', 'usGovDod', 'china'], 'It is not the name of a cloud.')
    .default('public'),
  KEYTURN_HOME_TENANT: guid,
  KEYTURN_TENANTS: list(
    z.union([z.literal('home'), guid], 'It holds something that is neither a GUID nor "home".'),
  )
    .refine((tenants) => tenants.length > 0, 'It names no tenant.')
    .default(['home']),
  KEYTURN_WATCHED_VAULTS: list(z.string()).default([]),
  KEYTURN_SELF_RENEWING_NAMES: list(
    z.string().regex(/[^*\s]{3}/, 'It holds a name that would fit nearly everything.'),
  ).default([]),
  KEYTURN_STORAGE: z
    .string()
    .regex(
      /^(UseDevelopmentStorage=true|(?=.*(AccountName|Endpoint)=).+)/,
      'It is not a connection string.',
    )
    .optional(),
  KEYTURN_STORAGE__blobServiceUri: serviceUri.optional(),
  KEYTURN_STORAGE__queueServiceUri: serviceUri.optional(),
  KEYTURN_STORAGE__tableServiceUri: serviceUri.optional(),
  KEYTURN_STORAGE__credential: z
    .literal('managedidentity', 'The only credential is a managed identity.')
    .optional(),
  KEYTURN_STORAGE__clientId: guid.optional(),
  KEYTURN_VAULT_URL: serviceUri.optional(),
  KEYTURN_MONITOR_CLIENT_ID: guid.optional(),
  KEYTURN_BROKER_CLIENT_ID: guid.optional(),
  KEYTURN_TENANTS_CLIENT_ID: guid.optional(),
  KEYTURN_API_AUDIENCE: audience.optional(),
  KEYTURN_KEYS: z.enum(['on', 'off'], 'It is neither on nor off.').default('off'),
  KEYTURN_SIGN_IN_ACTIVITY: z.enum(['on', 'off'], 'It is neither on nor off.').default('off'),
  KEYTURN_CHECK_SCHEDULE: z
    .string()
    .refine(isCheckSchedule, 'It is not an NCRONTAB expression.')
    .default(DEFAULT_CHECK_SCHEDULE),
  KEYTURN_TIME_ZONE: timeZone.default('UTC'),
  KEYTURN_ALERTS: z
    .enum(['preview', 'operations', 'live'], 'It is none of preview, operations, live.')
    .default('preview'),
  KEYTURN_THRESHOLD_DAYS: thresholds.default(DEFAULT_THRESHOLDS),
  KEYTURN_MAIL_FROM: z.email('It is not a mail address.').optional(),
  KEYTURN_MAIL_TRANSPORT: mailTransport.optional(),
  KEYTURN_TEAMS_WEBHOOK_URL: teamsWebhookUrl.optional(),
  KEYTURN_WEBHOOK_URL: webhookUrl.optional(),
  KEYTURN_WEBHOOK_SECRETS: webhookSecrets.optional(),
  KEYTURN_FALLBACK_RECIPIENTS: addresses,
  KEYTURN_ESCALATION_RECIPIENTS: addresses,
  KEYTURN_OPERATIONS_RECIPIENTS: addresses,
  KEYTURN_RECIPIENT_DOMAINS: list(hostName).optional(),
  KEYTURN_ALL_CLEAR: z.enum(['on', 'off'], 'It is neither on nor off.').default('off'),
  KEYTURN_ALLOWED_HOSTS: list(hostName).default([]),
  KEYTURN_TOKENS_PER_MINUTE: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'It is not a whole number from 1 to 9,999,999.')
    .transform(Number)
    .default(DEFAULT_TOKENS_PER_MINUTE),
  KEYTURN_ACCEPTED_ENVIRONMENT: list(z.string()).default([]),
});

export type FlatSettings = z.output<typeof flatSettings>;
