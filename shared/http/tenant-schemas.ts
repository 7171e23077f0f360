import { z } from 'zod';
import { isAddress } from '../alerts/address.ts';
import { certificate, clientSecret, guidOrDomain } from '../connections/connection-body.ts';
import { credentialTypeSchema } from '../credentials/credential-schema.ts';
import { plainLine } from '../plain-line.ts';

const address = z.string().trim().refine(isAddress, 'Give mail addresses.');
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/, 'Give domains such as fabrikam.com.');
const MAX_ADDRESSES = 20;

const clientId = z.guid('Give the application (client) id, a GUID.').toLowerCase();

/** Days from 60 to 0, the furthest first. */
const days = z
  .array(z.int().min(0).max(60))
  .min(1)
  .max(20)
  .transform((all) => [...new Set(all)].sort((a, b) => b - a));

const credential = z.discriminatedUnion('type', [
  z.object({ type: z.literal(['federated', 'identity']) }),
  z.object({ type: z.literal('secret'), clientId }),
  z.object({ type: z.literal('certificate'), clientId }),
]);

const recipients = z.strictObject({
  fallback: z.array(address).max(MAX_ADDRESSES).nullable().default(null),
  escalation: z.array(address).max(MAX_ADDRESSES).nullable().default(null),
  /** Domains in which owners may name addresses. */
  domains: z.array(domain).max(50).nullable().default(null),
});

const anything = z.unknown().optional();

/** What may be said about a tenant; null means what the settings say. Members of an answer may be sent back. */
const members = {
  displayName: plainLine(120).nullable().default(null),
  credential: credential.default({ type: 'federated' }),
  clientSecret: clientSecret.optional(),
  certificate: certificate.optional(),
  recipients: recipients.default({ fallback: null, escalation: null, domains: null }),
  thresholds: z
    .strictObject({ days, byType: z.partialRecord(credentialTypeSchema, days).default({}) })
    .nullable()
    .default(null),
  /** `operations`: its owners are not told yet; null: as the installation's mode says. */
  alerts: z.enum(['operations']).nullable().default(null),
  from: anything,
  status: anything,
  statusReason: anything,
  nextAction: anything,
  since: anything,
  lastSuccess: anything,
  addedAt: anything,
  addedBy: anything,
  etag: anything,
  consentLink: anything,
};

/** Body of `POST /api/tenants`. */
export const newTenantBody = z.strictObject({ tenantId: guidOrDomain, ...members });

/** Body of `PUT /api/tenants/{tenantId}`. */
export const tenantBody = z.strictObject({ tenantId: anything, ...members });

export const tenantAnswer = z.strictObject({
  tenantId: z.string(),
  /** What the operators call it. */
  displayName: z.string().nullable(),
  /** `setting`: KEYTURN_TENANTS names it, and nothing else was said about it. */
  from: z.enum(['api', 'setting']),
  /** `waiting`: not checked until it agrees. `consentWithdrawn` and `notRead`: checked in vain. */
  status: z.enum(['waiting', 'watched', 'consentWithdrawn', 'notRead']),
  statusReason: z.string().nullable(),
  nextAction: z.string().nullable(),
  /** Since when the consent is as it is; null for `setting`. */
  since: z.string().nullable(),
  /** `identity`: the managed identity, in its own tenant. */
  credential: z.strictObject({
    type: z.enum(['identity', 'federated', 'secret', 'certificate']),
    clientId: z.string().nullable(),
  }),
  recipients: z.strictObject({
    fallback: z.array(z.string()).nullable(),
    escalation: z.array(z.string()).nullable(),
    domains: z.array(z.string()).nullable(),
  }),
  thresholds: z
    .strictObject({
      days: z.array(z.number()),
      byType: z.partialRecord(credentialTypeSchema, z.array(z.number())),
    })
    .nullable(),
  alerts: z.enum(['operations']).nullable(),
  /** When it was last read to its end. */
  lastSuccess: z.string().nullable(),
  addedAt: z.string().nullable(),
  addedBy: z.string().nullable(),
  /** Send it in If-Match to change or remove this version; null for `setting`. */
  etag: z.string().nullable(),
});
export type TenantAnswer = z.output<typeof tenantAnswer>;

export const tenantsAnswer = z.strictObject({ tenants: z.array(tenantAnswer) });

/** A link to send to an administrator of the tenant; shown this once. */
export const consentLinkAnswer = z.strictObject({ url: z.url(), expiresAt: z.iso.datetime() });

export const addedTenantAnswer = z.strictObject({
  ...tenantAnswer.shape,
  /** Null where the tenant let Keyturn in at once, or agrees in its own portal. */
  consentLink: consentLinkAnswer.nullable(),
});
