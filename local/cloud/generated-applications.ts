import type { GeneratedList } from './build-directory.ts';
import type { GraphObject } from './directory.ts';
import { applicationShape } from './graph-shapes.ts';
import { stableBase64, stableId, stableThumbprint } from './stable-id.ts';

/** A tenant of any size: how many applications with how many credentials, and which of all such tenants. */
export interface Generation {
  applications: number;
  credentialsEach: number;
  seed: number;
}

/** How many people own the generated applications. */
const GENERATED_USERS = 50;

/**
 * Applications that exist only while they are served, so that 100 000 of them cost no memory. The same numbers
 * and start give the same applications. Of the credentials, about one in a hundred ends within 60 days and one in
 * a hundred has ended; every second credential is a certificate whose `key` has 1.2 KB.
 */
export function generatedApplications(generation: Generation, start: Date): GeneratedList {
  const template = applicationShape({ id: stableId('template') }, 0);
  const keys = Array.from({ length: 16 }, (_, index) => stableBase64(1200, 'key', index));
  const userIds = Array.from({ length: GENERATED_USERS }, (_, index) => generatedUserId(index));
  const indexOf = (id: string, mark: string) => {
    const match = /^([0-9a-f]{8})-([0-9a-f]{4})-4000-8000-0{12}$/i.exec(id);
    const index = match?.[2] === mark ? Number.parseInt(match[1] ?? '', 16) : -1;
    return index < generation.applications ? index : -1;
  };
  const makeOne = { generation, startMs: start.getTime(), template, keys };
  return {
    applications: {
      length: generation.applications,
      at: (index) => application(index, makeOne),
      indexOf: (id) => indexOf(id, OBJECT_MARK),
      indexOfAppId: (appId) => indexOf(appId, APP_MARK),
    },
    ownersOf(objectId) {
      const index = indexOf(objectId, OBJECT_MARK);
      const owner = userIds[(index * 31 + generation.seed) % GENERATED_USERS];
      return index < 0 || owner === undefined ? undefined : [owner];
    },
  };
}

/** The people who own generated applications. */
export function generatedUsers(domain: string): Record<string, unknown>[] {
  return Array.from({ length: GENERATED_USERS }, (_, index) => ({
    id: generatedUserId(index),
    displayName: `Generated Owner ${index}`,
    mail: `owner${index}@${domain}`,
    userPrincipalName: `owner${index}@${domain}`,
  }));
}

const OBJECT_MARK = '0b1e';
const APP_MARK = 'a991';
const DAY_MS = 86_400_000;

interface Maker {
  generation: Generation;
  startMs: number;
  template: GraphObject;
  keys: string[];
}

function generatedUserId(index: number): string {
  return stableId('generated user', index);
}

function markedId(index: number, mark: string, tail = '000000000000'): string {
  return `${index.toString(16).padStart(8, '0')}-${mark}-4000-8000-${tail}`;
}

function application(index: number, maker: Maker): GraphObject {
  const passwordCredentials: unknown[] = [];
  const keyCredentials: unknown[] = [];
  for (let number = 0; number < maker.generation.credentialsEach; number += 1) {
    if (number % 2 === 0) passwordCredentials.push(secret(index, number, maker));
    else keyCredentials.push(certificate(index, number, maker));
  }
  return {
    ...maker.template,
    id: markedId(index, OBJECT_MARK),
    appId: markedId(index, APP_MARK),
    displayName: `Generated application ${index}`,
    passwordCredentials,
    keyCredentials,
  };
}

function secret(index: number, number: number, maker: Maker): Record<string, unknown> {
  return {
    customKeyIdentifier: null,
    displayName: `secret ${number}`,
    endDateTime: endOf(index, number, maker),
    hint: HINTS[(index + number) % HINTS.length],
    keyId: markedId(index, '5ec0', number.toString(16).padStart(12, '0')),
    secretText: null,
    startDateTime: new Date(maker.startMs - 365 * DAY_MS).toISOString(),
  };
}

function certificate(index: number, number: number, maker: Maker): Record<string, unknown> {
  const key = maker.keys[(index + number) % maker.keys.length] ?? '';
  const mark = index.toString(16).padStart(8, '0');
  return {
    customKeyIdentifier: THUMBPRINT_HEAD + mark.toUpperCase(),
    displayName: `CN=generated-${index}`,
    endDateTime: endOf(index, number, maker),
    key: mark + key.slice(8),
    keyId: markedId(index, 'ce27', number.toString(16).padStart(12, '0')),
    startDateTime: new Date(maker.startMs - 365 * DAY_MS).toISOString(),
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
  };
}

const HINTS = ['Ab3', 'k7Q', 'x~9', 'Zp1', 'q.4'];
const THUMBPRINT_HEAD = stableThumbprint('generated').slice(0, 32);

/** Spread over all applications by a multiplication that has no pattern a reader of the list would meet. */
function endOf(index: number, number: number, maker: Maker): string {
  const mixed = Math.imul(index * 7 + number * 3 + maker.generation.seed + 1, 2_654_435_761) >>> 0;
  const share = mixed % 100;
  const days = (mixed >>> 8) % 60;
  const offset = share === 0 ? days : share === 1 ? -1 - days : 70 + ((mixed >>> 8) % 600);
  return new Date(maker.startMs + offset * DAY_MS + (mixed % DAY_MS)).toISOString();
}
