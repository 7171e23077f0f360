import { z } from 'zod';

const word = z.string().min(1);

/** What someone may do in other services than the directory. */
const access = z.strictObject({
  businessCentral: z.enum(['full', 'noPermissions', 'none']).optional(),
  dataverse: z.enum(['full', 'none']).optional(),
});

/** A Graph object: the members that others are found by are checked, the rest is taken as it is. */
const directoryObject = z.looseObject({
  id: word.optional(),
  appId: word.optional(),
  displayName: z.string().nullable().optional(),
  passwordCredentials: z.array(z.looseObject({})).nullable().optional(),
  keyCredentials: z.array(z.looseObject({})).nullable().optional(),
  owners: z.array(word).optional(),
  access: access.optional(),
});

const user = z.looseObject({
  id: word.optional(),
  displayName: z.string().nullable().optional(),
  mail: z.string().nullable().optional(),
  userPrincipalName: z.string().nullable().optional(),
  accountEnabled: z.boolean().nullable().optional(),
  employeeLeaveDateTime: z.iso.datetime({ offset: true }).nullable().optional(),
  directoryRoles: z.array(word).optional(),
  access: access.optional(),
  manager: z
    .union([word, z.looseObject({ id: word })])
    .nullable()
    .optional(),
});

/** A row of the report of when credentials were last used; `lastSignInDateTime` may stand for `signInActivity`. */
const signInActivity = z.looseObject({
  keyId: word,
  lastSignInDateTime: z.iso.datetime({ offset: true }).optional(),
});

const paging = z.strictObject({
  size: z.int().min(1).max(999).optional(),
  emptyAfter: z.array(z.int().min(0)).optional(),
  repeat: z.array(word).optional(),
});

const generation = z.strictObject({
  applications: z.int().min(0).max(1_000_000),
  credentialsEach: z.int().min(0).max(100).default(1),
  seed: z.int().default(1),
});

function uniqueIds(items: { id?: string | undefined }[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  items.forEach(({ id }, index) => {
    if (id === undefined) return;
    if (seen.has(id.toLowerCase())) {
      context.addIssue({ code: 'custom', path: [index, 'id'], message: `"${id}" is used twice` });
    }
    seen.add(id.toLowerCase());
  });
}

/** Body of `PUT /_control/tenant`. */
export const tenantSchema = z
  .strictObject({
    tenantId: word.optional(),
    displayName: word.optional(),
    verifiedDomain: word.optional(),
    applications: z.array(directoryObject).superRefine(uniqueIds).optional(),
    servicePrincipals: z.array(directoryObject).superRefine(uniqueIds).optional(),
    users: z.array(user).superRefine(uniqueIds).optional(),
    signInActivities: z.array(signInActivity).optional(),
    paging: paging.optional(),
    generate: generation.optional(),
  })
  .superRefine((body, context) => {
    if (body.generate !== undefined && body.applications !== undefined) {
      const message = 'give either applications or generate';
      context.addIssue({ code: 'custom', path: ['generate'], message });
    }
  });

export type TenantBody = z.output<typeof tenantSchema>;

const roles = z.array(word).optional();

/** Body of `PUT /_control/permissions`: identities that are not named keep what they hold. */
export const permissionsSchema = z.strictObject({
  monitor: roles,
  broker: roles,
  /** Mailboxes that a role of Exchange lets an identity send from. */
  mailboxes: z.strictObject({ monitor: roles, broker: roles }).optional(),
  /** Azure roles on every key vault. */
  vaultRoles: z.strictObject({ monitor: roles, broker: roles }).optional(),
  /** What other tenants agreed to for the monitor's application, by tenant; null: nothing, or no longer. */
  tenants: z.record(word, z.array(word).nullable()).optional(),
});

/** Body of `POST /_control/cli-token`: who is signed in with the Azure command line. */
export const cliTokenSchema = z.strictObject({
  userPrincipalName: word,
  tenantId: word.optional(),
});

/** Body of `POST /_control/faults`. */
export const faultSchema = z.strictObject({
  host: word,
  /** Only calls for this tenant: by the token of the caller, or by the path of the sign-in service. */
  tenantId: word.optional(),
  method: word.optional(),
  path: word.refine(isPattern, 'is not a regular expression').optional(),
  times: z.int().min(1).optional(),
  status: z.int().min(200).max(599).optional(),
  headers: z.record(word, z.union([z.string(), z.number()]).transform(String)).optional(),
  body: z.unknown().optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
  drop: z.literal(true).optional(),
});

/** Body of `POST /_control/sign-in`; null for the expected or first user. */
export const signInSchema = z.strictObject({
  userPrincipalName: word.nullable(),
  consent: z.boolean().default(true),
});

/** Body of `POST /_control/clock`: one of two. */
export const clockSchema = z.union([
  z.strictObject({ now: word }),
  z.strictObject({ advance: word }),
]);

/** Body of `PUT /_control/throttle`: how often a minute keyCredentials may be listed; null for no limit. */
export const throttleSchema = z.strictObject({
  keyCredentialsPerMinute: z.int().min(1).nullable(),
});

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
