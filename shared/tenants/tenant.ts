import { z } from 'zod';
import { credentialTypeSchema } from '../credentials/credential-schema.ts';

const addresses = z.array(z.string());

/** What differs for one tenant; null where the setting of the installation holds. */
const tenantRecipientsSchema = z.object({
  fallback: addresses.nullable(),
  escalation: addresses.nullable(),
  /** Domains in which owners may name addresses (security rule 24). */
  domains: addresses.nullable(),
});

const tenantThresholdsSchema = z.object({
  days: z.array(z.number()),
  byType: z.partialRecord(credentialTypeSchema, z.array(z.number())),
});

/**
 * A tenant that administrators of Keyturn added beside those of KEYTURN_TENANTS, or what differs for one of those. No
 * secret is in it: of a credential only its place in the vault.
 */
export const tenantSchema = z.object({
  /** GUID in lower case. */
  tenantId: z.string(),
  /** What operators call it; the directory's own name comes first where it may be read. */
  displayName: z.string().nullable(),
  /** Tells this record from an earlier one of the same tenant; part of the names in the vault. */
  instance: z.string(),
  /** As whom Keyturn reads it. `federated`: the application for many tenants, which trusts the monitor's identity. */
  credential: z.discriminatedUnion('type', [
    z.object({ type: z.literal('federated') }),
    z.object({
      type: z.enum(['secret', 'certificate']),
      /** Of an application in that tenant, or one for many tenants. */
      clientId: z.string(),
      secret: z.object({ name: z.string(), version: z.string() }),
    }),
  ]),
  /**
   * `waiting`: nobody there has agreed yet, and it is not checked. `granted`: it was read. `withdrawn`: it was, and the
   * tenant takes Keyturn for a stranger now; it is still checked, so that it comes back by itself.
   */
  access: z.enum(['waiting', 'granted', 'withdrawn']),
  accessSince: z.iso.datetime(),
  /** When somebody came back from the page for consent; until it shows, the sweep looks again. */
  agreedAt: z.iso.datetime().nullable(),
  recipients: tenantRecipientsSchema,
  thresholds: tenantThresholdsSchema.nullable(),
  /** `operations`: its owners are not told yet. Null: as the installation's mode says. */
  alerts: z.enum(['operations']).nullable().default(null),
  addedAt: z.iso.datetime(),
  addedBy: z.string(),
});
export type Tenant = z.infer<typeof tenantSchema>;
