import { evaluated, type ArmScope } from './arm-evaluate.ts';
import { answerOf, idParts, resourceId, type Place } from './arm-services.ts';
import type { ArmBody, ArmTemplate } from './arm-template.ts';

/** What a deployment leaves behind. */
export interface Deployed {
  id: string;
  type: string;
  /** Of the resource itself: the last part. */
  name: string;
  /** What a role or a diagnostic setting is for. */
  scope: string | null;
  properties: Record<string, unknown>;
  tags: Record<string, string> | undefined;
  identity: unknown;
  /** Everything that was written, to be searched. */
  written: Record<string, unknown>;
}

interface Deployment {
  template: ArmTemplate;
  given: Record<string, unknown>;
  place: Place;
  made: Deployed[];
}

interface Scope extends ArmScope {
  deployment: Deployment;
}

/**
 * Does what Azure Resource Manager does with a template, as far as Keyturn's uses it: evaluates every expression,
 * condition and loop, opens nested deployments, hands outputs on. Services answer as their documents say. Throws where
 * Resource Manager would refuse: an unknown parameter, a value that is not allowed, a member that is not there.
 */
export function deploy(
  template: ArmTemplate,
  given: Record<string, unknown>,
  place: Place,
): { resources: Deployed[]; outputs: Record<string, unknown> } {
  const made: Deployed[] = [];
  const outputs = deployTemplate({ template, given, place, made });
  return {
    resources: made,
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])),
  };
}

type Outputs = Record<string, { value: unknown }>;

function deployTemplate(deployment: Deployment): Outputs {
  const { template } = deployment;
  const done = new Map<string, Outputs>();
  const scope: Scope = {
    deployment,
    template,
    place: deployment.place,
    parameters: {},
    reference: (id) => referenced(id),
    loops: {},
    lambdas: {},
  };
  scope.parameters = parametersOf(scope);
  const entries = Object.entries(template.resources);

  const run = (symbol: string, body: ArmBody) => {
    if (done.has(symbol) || body.existing === true) return;
    done.set(symbol, {});
    if (body.condition !== undefined && evaluated(body.condition, scope) !== true) {
      done.delete(symbol);
      return;
    }
    for (const { at, key } of rounds(symbol, body, scope)) done.set(key, deployResource(body, at));
  };
  const startOf = (symbol: string) => {
    const found = entries.find(([name, body]) => name === symbol || body.copy?.name === symbol);
    if (found !== undefined) run(...found);
  };
  const referenced = (id: string): unknown => {
    if (id.startsWith('/')) return answerOf(idParts(id), deployment.place);
    startOf(id.replace(/\[\d+\]$/, ''));
    const body = entries.find(([name]) => name === id.replace(/\[\d+\]$/, ''))?.[1];
    if (body !== undefined && body.type !== 'Microsoft.Resources/deployments')
      return answerOf(
        { type: body.type, name: String(evaluated(body.name, scope)) },
        deployment.place,
      );
    const outputs = done.get(id);
    if (outputs === undefined) throw new Error(`${id} is referred to and not deployed`);
    return { outputs };
  };

  for (const [symbol, body] of entries) run(symbol, body);
  return Object.fromEntries(
    Object.entries(template.outputs ?? {}).map(([name, { value }]) => [
      name,
      { value: evaluated(value, scope) },
    ]),
  );
}

interface Round {
  at: Scope;
  key: string;
}

function rounds(symbol: string, { copy }: ArmBody, scope: Scope): Round[] {
  if (copy === undefined) return [{ at: scope, key: symbol }];
  const count = Number(evaluated(copy.count, scope));
  return Array.from({ length: count }, (_, index) => ({
    at: { ...scope, loops: { ...scope.loops, '': index, [copy.name]: index } },
    key: `${symbol}[${index}]`,
  }));
}

function deployResource(body: ArmBody, scope: Scope): Outputs {
  const { place, made } = scope.deployment;
  if (body.type === 'Microsoft.Resources/deployments') return deployNested(body, scope);
  const { type, name = '', scope: on, copy: _, dependsOn: __, condition: ___, ...rest } = body;
  const written = evaluated(rest, scope) as Record<string, unknown>;
  const full = String(evaluated(name, scope));
  made.push({
    id: resourceId(place, type, full.split('/')),
    type,
    name: full.split('/').at(-1) ?? '',
    scope: on === undefined ? null : String(evaluated(on, scope)),
    properties: (written['properties'] ?? {}) as Record<string, unknown>,
    tags: written['tags'] as Record<string, string> | undefined,
    identity: written['identity'],
    written,
  });
  return {};
}

function deployNested(body: ArmBody, scope: Scope): Outputs {
  const { deployment } = scope;
  const { template, parameters = {} } = body.properties as {
    template: ArmTemplate;
    parameters?: unknown;
  };
  const handed = evaluated(parameters, scope) as Record<string, { value: unknown }>;
  const given = Object.fromEntries(
    Object.entries(handed).map(([name, { value }]) => [name, value]),
  );
  const elsewhere = evaluated(
    { resourceGroup: body.resourceGroup, subscriptionId: body.subscriptionId },
    scope,
  ) as Partial<Place>;
  const place = { ...deployment.place, ...withoutUndefined(elsewhere) };
  return deployTemplate({ ...deployment, template, given, place });
}

function withoutUndefined(place: Partial<Place>): Partial<Place> {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}

function parametersOf(scope: Scope): Record<string, unknown> {
  const { template, given } = scope.deployment;
  for (const name of Object.keys(given))
    if (template.parameters[name] === undefined) throw new Error(`there is no parameter ${name}`);
  return Object.fromEntries(
    Object.entries(template.parameters).map(([name, declared]) => {
      const value = given[name] ?? evaluated(declared.defaultValue, scope);
      if (value === undefined) throw new Error(`the parameter ${name} is not given`);
      checkParameter(name, declared, value);
      return [name, value];
    }),
  );
}

const KINDS: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  securestring: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: (value) => typeof value === 'object' && !Array.isArray(value),
};

function checkParameter(
  name: string,
  declared: ArmTemplate['parameters'][string],
  value: unknown,
): void {
  const size = typeof value === 'string' ? value.length : Number(value);
  const isString = typeof value === 'string';
  const least = isString ? declared.minLength : declared.minValue;
  const most = isString ? declared.maxLength : declared.maxValue;
  const isRight =
    KINDS[declared.type ?? '']?.(value) !== false &&
    declared.allowedValues?.includes(value) !== false &&
    (least === undefined || size >= least) &&
    (most === undefined || size <= most);
  if (!isRight) throw new Error(`the parameter ${name} cannot be ${JSON.stringify(value)}`);
}
