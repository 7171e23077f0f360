import type { GraphJson } from './step.ts';

/** A member that should be an object; an empty one for anything else. */
export function recordOf(value: unknown): GraphJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as GraphJson)
    : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function recordsOf(value: unknown): GraphJson[] {
  return listOf(value).map(recordOf);
}

/** One member of every object of a list. */
export function valuesOf(value: unknown, member: string): unknown[] {
  return recordsOf(value).map((one) => one[member]);
}
