/** Whether a route value is acceptable. */
export type Constraint = (value: string) => boolean;

const isInteger = (value: string) => /^[+-]?\d+$/.test(value);
const within = (value: string, limit: bigint) =>
  isInteger(value) && BigInt(value) >= -limit && BigInt(value) < limit;
const isNumber = (value: string) => /^[+-]?\d+(\.\d+)?$/.test(value);

const makers: Record<string, (...args: string[]) => Constraint> = {
  int: () => (value) => within(value, 2n ** 31n),
  long: () => (value) => within(value, 2n ** 63n),
  bool: () => (value) => /^(true|false)$/i.test(value),
  decimal: () => isNumber,
  double: () => isNumber,
  float: () => isNumber,
  guid: () => (value) => /^\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?$/i.test(value),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  required: () => (value) => value !== '',
  minlength: (min) => (value) => value.length >= Number(min),
  maxlength: (max) => (value) => value.length <= Number(max),
  length: (min, max) => (value) =>
    value.length >= Number(min) && value.length <= Number(max ?? min),
  min: (min) => (value) => isInteger(value) && Number(value) >= Number(min),
  max: (max) => (value) => isInteger(value) && Number(value) <= Number(max),
  range: (min, max) => (value) =>
    isInteger(value) && Number(value) >= Number(min) && Number(value) <= Number(max),
};

/** One inline constraint such as `int` or `maxlength(0)`. Throws RangeError for one that ASP.NET Core does not know. */
export function readConstraint(text: string): Constraint {
  const match = /^(\w+)(?:\((.*)\))?$/s.exec(text);
  const name = match?.[1]?.toLowerCase() ?? '';
  const argument = match?.[2];
  if (name === 'regex' && argument !== undefined) return regexConstraint(argument);
  const make = makers[name];
  if (make === undefined) throw new RangeError(`route constraint "${text}" is not known`);
  return make(...(argument?.split(',').map((part) => part.trim()) ?? []));
}

// In a template, braces of the expression are doubled.
function regexConstraint(argument: string): Constraint {
  const expression = new RegExp(argument.replaceAll('{{', '{').replaceAll('}}', '}'), 'i');
  return (value) => expression.test(value);
}
