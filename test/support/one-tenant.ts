import { onTestFinished } from 'vitest';
import type { TenantDescription } from '../../local/cloud/build-directory.ts';
import { installation } from '../../local/cloud/installation.ts';
import type { Mail } from '../../local/cloud/world.ts';
import type { Finding } from '../../shared/checks/finding.ts';
import type { Run } from '../../shared/checks/run.ts';
import { startInProcess, type InProcess, type InProcessOptions } from './in-process.ts';

/** The night of the tests about single complaints. */
export const NIGHT = '2026-11-25T02:00:00Z';
const TENANT_ID = installation.tenantId;

type Json = Record<string, unknown>;

/** One tenant that a test writes down in Graph's words, watched by the real product. */
export interface OneTenant extends InProcess {
  /** The last run of the tenant. */
  run(): Promise<Run>;
  findings(): Promise<Finding[]>;
  /** "anna@contoso.example: subject", for each mail. */
  subjects(): string[];
  mailsTo(address: string): Mail[];
}

export interface OneTenantOptions extends Partial<InProcessOptions> {
  tenant?: Partial<TenantDescription>;
}

/** Stops by itself when the test is over. */
export async function oneTenant({ tenant, ...options }: OneTenantOptions): Promise<OneTenant> {
  const keyturn = await startInProcess({ now: NIGHT, ...options });
  onTestFinished(() => keyturn.stop());
  keyturn.setTenant(describedTenant(tenant));
  return {
    ...keyturn,
    run: async () => {
      const [run] = await keyturn.services.runs.recent(1);
      if (run === undefined) throw new Error('nothing has run');
      return run;
    },
    findings: async () => {
      const found: Finding[] = [];
      for await (const finding of keyturn.services.findings.ofTenant(TENANT_ID))
        found.push(finding);
      return found;
    },
    subjects: () => keyturn.world.mail.map(({ to, subject }) => `${to.join()}: ${subject}`),
    mailsTo: (address) => keyturn.world.mail.filter(({ to }) => to.includes(address)),
  };
}

/** The same after its first night. */
export async function nightOver(options: OneTenantOptions): Promise<OneTenant> {
  const keyturn = await oneTenant(options);
  await keyturn.night();
  return keyturn;
}

/** A tenant in which nothing is but what the test is about. */
export function describedTenant(members: Partial<TenantDescription> = {}): TenantDescription {
  return {
    tenantId: TENANT_ID,
    displayName: 'Contoso',
    verifiedDomain: 'contoso.example',
    applications: [],
    servicePrincipals: [],
    users: [someone('anna'), someone('bob')],
    ...members,
  };
}

export function someone(name: string, members: Json = {}): Json {
  const mail = `${name}@contoso.example`;
  return { id: name, displayName: name, mail, userPrincipalName: mail, ...members };
}

/** An application with the credentials that the test is about, owned by anna. */
export function app(displayName: string, members: Json): Json {
  return {
    id: `id-${displayName}`,
    appId: `app-${displayName}`,
    displayName,
    owners: ['anna'],
    ...members,
  };
}

/** A secret that ends so many days after {@link NIGHT}; began two years before that unless told. */
export function ending(days: number, members: Json = {}): Json {
  const at = (offset: number) =>
    new Date(Date.parse(NIGHT) + offset * 86_400_000).toISOString().replace('.000', '');
  return {
    keyId: `key-${days}`,
    displayName: 'prod',
    hint: 'Ab3',
    startDateTime: at(days - 730),
    endDateTime: at(days),
    ...members,
  };
}
