import { readFileSync } from 'node:fs';

/** One resource of the compiled template, with the way to it through nested deployments. */
export interface ArmResource {
  /** Such as `platform/vault/Microsoft.KeyVault/vaults`. */
  path: string;
  type: string;
  body: ArmBody;
  /** The template that it stands in. */
  template: ArmTemplate;
  /** What its template was given: parameter to expression or value, in the words of the template around it. */
  given: Record<string, unknown>;
  /** The resource whose template this is in; null at the top. */
  around: ArmResource | null;
}

export interface ArmBody {
  type: string;
  name?: string;
  existing?: boolean;
  dependsOn?: string[];
  resourceGroup?: string;
  subscriptionId?: string;
  condition?: string;
  scope?: string;
  copy?: { name: string; count: string };
  tags?: unknown;
  identity?: unknown;
  /** Tables and queues have none. */
  properties?: Record<string, unknown>;
}

export interface ArmTemplate {
  parameters: Record<string, ArmParameter>;
  variables?: Record<string, unknown>;
  functions?: { members: Record<string, ArmFunction> }[];
  resources: Record<string, ArmBody> | ArmBody[];
  outputs?: Record<string, { type: string; value: unknown }>;
}

interface ArmParameter {
  /** A reference to a definition has none. */
  type?: string;
  defaultValue?: unknown;
  allowedValues?: unknown[];
  minValue?: number;
  maxValue?: number;
  minLength?: number;
  maxLength?: number;
  metadata?: { description?: string };
}

interface ArmFunction {
  parameters: { name: string }[];
  output: { value: unknown };
}

const MAIN = new URL('../../infra/main.json', import.meta.url);

export const templateText = readFileSync(MAIN, 'utf8');
export const template = JSON.parse(templateText) as ArmTemplate;

/** Every resource that is deployed, nested deployments opened. */
const resources: ArmResource[] = [...resourcesOf(template, [], null)];

export function ofType(type: string): ArmResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** The only resource of a type whose path begins so. */
export function only(type: string, within = ''): ArmResource {
  const found = ofType(type).filter(({ path }) => path.startsWith(within));
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new Error(`${found.length} resources of type ${type} within "${within}"`);
  return first;
}

/** The value behind `[parameters('x')]`, through the templates that hand it on up to a parameter of main.bicep. */
export function resolved(value: unknown, at: ArmResource | null): unknown {
  const name = typeof value === 'string' ? /^\[parameters\('(\w+)'\)\]$/.exec(value)?.[1] : null;
  if (typeof name !== 'string' || at === null || at.around === null) return value;
  const given = at.given[name];
  return given === undefined
    ? at.template.parameters[name]?.defaultValue
    : resolved(given, at.around);
}

/** A list that is written out in the template that a resource stands in. */
export function listIn<T>({ template: within, path }: ArmResource, name: string): T[] {
  const list = within.variables?.[name];
  if (!Array.isArray(list)) throw new Error(`no list "${name}" beside ${path}`);
  return list as T[];
}

function* resourcesOf(
  within: ArmTemplate,
  way: string[],
  around: ArmResource | null,
): Generator<ArmResource> {
  for (const [symbol, body] of Object.entries(within.resources)) {
    if (body.existing === true) continue;
    const resource: ArmResource = {
      path: [...way, body.type].join('/'),
      type: body.type,
      body,
      template: within,
      given: around === null ? {} : givenBy(around),
      around,
    };
    if (body.type !== 'Microsoft.Resources/deployments') yield resource;
    const nested = body.properties?.['template'] as ArmTemplate | undefined;
    if (nested !== undefined) yield* resourcesOf(nested, [...way, symbol], resource);
  }
}

function givenBy({ body }: ArmResource): Record<string, unknown> {
  const handed = (body.properties?.['parameters'] ?? {}) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(handed).map(([name, entry]) => [name, valueIn(entry)]));
}

function valueIn(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'value' in entry ? entry.value : entry;
}
