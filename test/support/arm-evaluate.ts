import { parseExpression, type ArmNode } from './arm-expression.ts';
import { armFunctions } from './arm-functions.ts';
import { resourceId, type Place } from './arm-services.ts';
import type { ArmTemplate } from './arm-template.ts';

/** What an expression can see. */
export interface ArmScope {
  template: ArmTemplate;
  place: Place;
  parameters: Record<string, unknown>;
  reference: (id: string) => unknown;
  /** Where each loop is, by its name; '' is the innermost one. */
  loops: Record<string, number>;
  lambdas: Record<string, unknown>;
}

interface PropertyLoop {
  name: string;
  count: string;
  input: unknown;
}

/** A value of a template with every expression in it evaluated, keys and loops of properties too. */
export function evaluated(value: unknown, scope: ArmScope): unknown {
  if (typeof value === 'string') return evaluatedText(value, scope);
  if (Array.isArray(value)) return value.map((item) => evaluated(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      key === 'copy' && Array.isArray(member)
        ? (member as PropertyLoop[]).map((loop) => [loop.name, looped(loop, scope)])
        : [[String(evaluatedText(key, scope)), evaluated(member, scope)]],
    ),
  );
}

function evaluatedText(text: string, scope: ArmScope): unknown {
  if (text.startsWith('[[')) return text.slice(1);
  return /^\[.*\]$/s.test(text) ? valueOf(parseExpression(text.slice(1, -1)), scope) : text;
}

function looped({ name, count, input }: PropertyLoop, scope: ArmScope): unknown[] {
  const length = Number(evaluated(count, scope));
  return Array.from({ length }, (_, index) =>
    evaluated(input, { ...scope, loops: { ...scope.loops, '': index, [name]: index } }),
  );
}

function valueOf(node: ArmNode, scope: ArmScope): unknown {
  if (node.kind === 'literal') return node.value;
  if (node.kind === 'member') return memberOf(node, scope);
  const own = scoped[node.name];
  if (own !== undefined) return own(node.args, scope);
  const args = node.args.map((arg) => valueOf(arg, scope));
  if (node.name.startsWith('__bicep.')) return userFunction(node.name, args, scope);
  const shared = armFunctions[node.name];
  if (shared === undefined) throw new Error(`the function ${node.name} is not known here`);
  return shared(...(args as never[]));
}

function memberOf({ of, key }: ArmNode & { kind: 'member' }, scope: ArmScope): unknown {
  const found = valueOf(of, scope);
  const name = valueOf(key, scope) as string | number;
  const value = (found as Record<string, unknown> | null)?.[name];
  if (value === undefined)
    throw new Error(
      `${JSON.stringify(found)} has no "${name}", which ${JSON.stringify(of)} asks for`,
    );
  return value;
}

/** Functions that look around themselves, or do not evaluate all that they are given. */
const scoped: Record<string, (args: ArmNode[], scope: ArmScope) => unknown> = {
  if: ([condition, yes, no], scope) => arg(arg(condition, scope) === true ? yes : no, scope),
  parameters: ([name], scope) => {
    const key = String(arg(name, scope));
    if (!(key in scope.parameters)) throw new Error(`there is no parameter ${key}`);
    return scope.parameters[key];
  },
  variables: ([name], scope) => {
    const key = String(arg(name, scope));
    const value = scope.template.variables?.[key];
    if (value === undefined) throw new Error(`there is no variable ${key}`);
    return evaluated(value, scope);
  },
  copyIndex: ([name], scope) => scope.loops[name === undefined ? '' : String(arg(name, scope))],
  reference: ([id], scope) => scope.reference(String(arg(id, scope))),
  resourceId: (args, scope) => {
    const [type, ...names] = args.map((one) => String(arg(one, scope)));
    return resourceId(scope.place, type ?? '', names);
  },
  subscriptionResourceId: (args, { place, ...scope }) => {
    const [type, name] = args.map((one) => arg(one, { place, ...scope }));
    return `/subscriptions/${place.subscriptionId}/providers/${String(type)}/${String(name)}`;
  },
  resourceGroup: (_, { place: { subscriptionId, resourceGroup: name, location } }) => ({
    id: `/subscriptions/${subscriptionId}/resourceGroups/${name}`,
    location,
  }),
  environment: (_, { place: { cloud } }) => ({
    name: cloud.name,
    suffixes: { storage: cloud.storage, keyvaultDns: cloud.vaultDns },
  }),
  tenant: (_, { place }) => ({ tenantId: place.tenantId }),
  deployment: () => ({ name: 'main' }),
  lambdaVariables: ([name], scope) => scope.lambdas[String(arg(name, scope))],
  map: ([list, lambda], scope) => listOf(list, scope).map((item) => called(lambda, item, scope)),
  filter: ([list, lambda], scope) =>
    listOf(list, scope).filter((item) => called(lambda, item, scope) === true),
  toObject: ([list, key, value], scope) =>
    Object.fromEntries(
      listOf(list, scope).map((item) => [
        String(called(key, item, scope)),
        called(value, item, scope),
      ]),
    ),
};

function arg(node: ArmNode | undefined, scope: ArmScope): unknown {
  if (node === undefined) throw new Error('an argument is missing');
  return valueOf(node, scope);
}

function listOf(node: ArmNode | undefined, scope: ArmScope): unknown[] {
  const list = arg(node, scope);
  if (!Array.isArray(list)) throw new Error(`${JSON.stringify(list)} is no list`);
  return list;
}

/** `lambda('id', …)` with one value for its name. */
function called(lambda: ArmNode | undefined, item: unknown, scope: ArmScope): unknown {
  if (lambda?.kind !== 'call' || lambda.name !== 'lambda') throw new Error('a lambda is expected');
  const name = String(arg(lambda.args[0], scope));
  return arg(lambda.args[1], { ...scope, lambdas: { ...scope.lambdas, [name]: item } });
}

function userFunction(name: string, args: unknown[], scope: ArmScope): unknown {
  const found = scope.template.functions?.[0]?.members[name.replace('__bicep.', '')];
  if (found === undefined) throw new Error(`there is no function ${name}`);
  const parameters = Object.fromEntries(
    found.parameters.map((parameter, at) => [parameter.name, args[at]]),
  );
  return evaluated(found.output.value, { ...scope, parameters });
}
