import { createHash } from 'node:crypto';

/** Functions of templates that depend on nothing but their arguments. Microsoft Learn: "ARM template functions". */
export const armFunctions: Record<string, (...args: never[]) => unknown> = {
  and: (...args: boolean[]) => args.every(Boolean),
  coalesce: (...args: unknown[]) => args.find((arg) => arg !== null && arg !== undefined) ?? null,
  createArray: (...args: unknown[]) => args,
  createObject: (...args: unknown[]) =>
    Object.fromEntries(
      args.flatMap((arg, at) => (at % 2 === 0 ? [[String(arg), args[at + 1]]] : [])),
    ),
  cidrSubnet: (network: string, size: number, index: number) =>
    cidrSubnet({ network, size, index }),
  empty: (value: unknown) =>
    value === null || value === '' || Object.keys(value as object | string).length === 0,
  equals: (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right),
  format: (pattern: string, ...args: unknown[]) =>
    pattern.replaceAll(/\{(\d+)\}/g, (_, at: string) => text(args[Number(at)])),
  guid: (...args: unknown[]) => guid(args.map(text).join('\n')),
  join: (values: string[], separator: string) => values.join(separator),
  last: (values: unknown[]) => values.at(-1),
  length: (value: string | unknown[]) => value.length,
  not: (value: boolean) => !value,
  null: () => null,
  or: (...args: boolean[]) => args.some(Boolean),
  replace: (value: string, from: string, to: string) => value.replaceAll(from, to),
  split: (value: string, separator: string) => value.split(separator),
  take: (value: string | unknown[], count: number) => value.slice(0, count),
  toLower: (value: string) => value.toLowerCase(),
  trim: (value: string) => value.trim(),
  true: () => true,
  tryGet: (value: unknown, ...keys: (string | number)[]) =>
    keys.reduce<unknown>(
      (found, key) => (found as Record<string, unknown> | null | undefined)?.[key] ?? null,
      value,
    ),
  union: (...args: object[]) => Object.assign({}, ...args) as object,
  uniqueString: (...args: unknown[]) =>
    BigInt(`0x${guid(args.map(text).join('\n')).replaceAll('-', '')}`)
      .toString(36)
      .padStart(13, '0')
      .slice(0, 13),
};

/** A GUID that the same text always gives. */
export function guid(of: string): string {
  const hex = createHash('sha256').update(of).digest('hex');
  return [0, 8, 12, 16, 20].map((at, index, all) => hex.slice(at, all[index + 1] ?? 32)).join('-');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface Subnet {
  network: string;
  size: number;
  index: number;
}

function cidrSubnet({ network, size, index }: Subnet): string {
  const [address = '', length = ''] = network.split('/');
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const addresses = 2 ** (32 - size);
  if (size < Number(length) || (index + 1) * addresses > 2 ** (32 - Number(length)))
    throw new Error(`${network} holds no subnet ${index} of /${size}`);
  const start = first + index * addresses;
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${parts.join('.')}/${size}`;
}
