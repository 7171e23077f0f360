import { expect } from 'vitest';
import type { Kept } from './stored-everything.ts';

/** Tokens, codes and refresh tokens of the local Entra, whoever's they are. */
const ANY_TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}|1\.A[\w.-]{30,}/;

/** None of these secrets, by what they are, and no token at all, is in any of these places. */
export function expectNowhere(secrets: Record<string, string>, places: readonly Kept[]): void {
  for (const [what, value] of Object.entries(secrets)) {
    expect(value.length, what).toBeGreaterThan(15);
    const found = places.filter(({ text }) => holds(text, value));
    expect(
      found.map(({ where }) => where),
      what,
    ).toEqual([]);
  }
  const tokens = places.filter(({ text }) => ANY_TOKEN.test(text));
  expect(
    tokens.map(({ where }) => where),
    'any token',
  ).toEqual([]);
}

/** As it is, without its last characters, and in the encodings that hide a text from a search. */
export function holds(text: string, value: string): boolean {
  const start = value.slice(0, Math.max(16, value.length - 8));
  const forms = [start, encodeURIComponent(start), Buffer.from(value).toString('base64')];
  return forms.some((form) => text.includes(form));
}
