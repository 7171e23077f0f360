import { parseArgs } from 'node:util';
import { clouds, type Cloud } from '../../shared/clouds.ts';
import { UsageError } from '../command.ts';

/** The three people who may be needed. */
const ROLES = ['azure', 'entra', 'exchange'] as const;
export type SetupRole = (typeof ROLES)[number];

/** The installation that is to be, by what its owner decides. */
export interface Wanted {
  /** Of the Function App; the identities and registrations are named after it. */
  name: string;
  cloud: Cloud;
  /** Null: the tenant of whoever is signed in. */
  tenantId: string | null;
  /** Without a final slash. */
  publicUrl: string;
  resourceGroup: string;
  location: string;
  /** Null: nobody is told by mail. */
  mailFrom: string | null;
  /** Whether cards go to a Teams workflow, whose address is a secret and no option. */
  teams: boolean;
  operations: string | null;
  fallback: string | null;
  /** `basic`: names and addresses of owners alone. */
  people: 'all' | 'basic';
  signInActivity: boolean;
  /** Whether Keyturn is to hold connections. */
  connections: boolean;
  /** Application ids of registrations that integrations have already. */
  applications: string[];
  /** Whether other tenants are to be read. */
  manyTenants: boolean;
}

export interface SetupAsked {
  wanted: Wanted;
  role: SetupRole | null;
  isApplied: boolean;
  /** The options as they were typed, for whoever goes on. */
  options: string;
}

/** Reads the options of `keyturn setup`. Throws UsageError. */
export function setupAsked(args: string[], env: Record<string, string | undefined>): SetupAsked {
  const { values } = parsed(args);
  const cloud = cloudOf(env['KEYTURN_CLOUD']);
  const name = nameOf(values.name);
  const wanted: Wanted = {
    name,
    cloud,
    tenantId: values.tenant === undefined ? null : guid('--tenant', values.tenant),
    publicUrl: publicUrlOf(values['public-url'], name, cloud),
    resourceGroup: word('--resource-group', values['resource-group'] ?? name),
    location: word('--location', values.location),
    mailFrom: address('--mail-from', values['mail-from']),
    teams: values.teams,
    operations: address('--operations', values.operations),
    fallback: address('--fallback', values.fallback),
    people: oneOf('--people', values.people, ['all', 'basic'] as const),
    signInActivity: values['sign-in-activity'],
    connections: !values['no-connections'],
    applications: values.application.map((id) => guid('--application', id)),
    manyTenants: values['many-tenants'],
  };
  const role = values.role === undefined ? null : oneOf('--role', values.role, ROLES);
  const isApplied = values.apply;
  if (isApplied && role !== null && role !== 'entra') throw new UsageError(NOT_OURS);
  return { wanted, role, isApplied, options: optionsText(wanted) };
}

const NOT_OURS =
  '--apply makes what Microsoft Graph can make, which is the part of the Entra administrator. The others run the commands of their sheets: leave out --apply.';

function parsed(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args,
      options: {
        name: text,
        tenant: text,
        'public-url': text,
        'resource-group': text,
        location: { ...text, default: 'westeurope' },
        'mail-from': text,
        operations: text,
        fallback: text,
        people: { ...text, default: 'all' },
        role: text,
        'sign-in-activity': { ...flag, default: false },
        'no-connections': { ...flag, default: false },
        'many-tenants': { ...flag, default: false },
        teams: { ...flag, default: false },
        application: { ...text, multiple: true, default: [] as string[] },
        apply: { ...flag, default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'these options make no sense.');
  }
}

function cloudOf(name = 'public'): Cloud {
  const cloud = Object.values(clouds).find((known) => known.name === name);
  if (cloud !== undefined) return cloud;
  throw new UsageError(`KEYTURN_CLOUD is not one of ${Object.keys(clouds).join(', ')}.`);
}

/** It becomes part of commands, addresses and of names in four services: the narrowest of their rules. */
function nameOf(name: string | undefined): string {
  if (name !== undefined && /^[a-z][a-z0-9-]{1,30}[a-z0-9]$/.test(name)) return name;
  throw new UsageError(
    'give --name, the name of the Function App: 3 to 32 small letters, digits and hyphens, such as keyturn-contoso.',
  );
}

/** Azure's domain for apps, by cloud ("Azure Government endpoint mapping", "Azure China developer guide"). */
const APP_SUFFIX: Record<Cloud['name'], string> = {
  public: 'azurewebsites.net',
  usGov: 'azurewebsites.us',
  usGovDod: 'azurewebsites.us',
  china: 'chinacloudsites.cn',
};

function publicUrlOf(text: string | undefined, name: string, cloud: Cloud): string {
  const url = text ?? `https://${name}.${APP_SUFFIX[cloud.name]}`;
  const parsedUrl = URL.canParse(url) ? new URL(url) : null;
  if (parsedUrl?.protocol === 'https:' && parsedUrl.href === `${parsedUrl.origin}/`) {
    return parsedUrl.origin;
  }
  throw new UsageError('--public-url takes an https address without a path.');
}

/** Plain enough to stand in a shell's single quotes. */
function address(option: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(text)) return text;
  throw new UsageError(`${option} takes a mail address.`);
}

function word(option: string, text: string): string {
  if (/^[\w().-]{1,90}$/.test(text)) return text;
  throw new UsageError(`${option} takes a name of letters, digits, dots and hyphens.`);
}

function guid(option: string, text: string): string {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new UsageError(`${option} takes an id such as 00000003-0000-0000-c000-000000000000.`);
}

function oneOf<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError(`${option} takes one of ${known.join(', ')}.`);
}

function optionsText(wanted: Wanted): string {
  const given = [
    ['--name', wanted.name],
    ['--tenant', wanted.tenantId],
    ['--public-url', wanted.publicUrl],
    ['--resource-group', wanted.resourceGroup],
    ['--location', wanted.location],
    ['--mail-from', wanted.mailFrom],
    ['--operations', wanted.operations],
    ['--fallback', wanted.fallback],
    ['--people', wanted.people === 'all' ? null : wanted.people],
  ].flatMap(([option, value]) => (value === null ? [] : [`${option} ${value}`]));
  if (wanted.teams) given.push('--teams');
  if (wanted.signInActivity) given.push('--sign-in-activity');
  if (!wanted.connections) given.push('--no-connections');
  for (const appId of wanted.applications) given.push(`--application ${appId}`);
  if (wanted.manyTenants) given.push('--many-tenants');
  return given.join(' ');
}
