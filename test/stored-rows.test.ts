import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import { memoryGrantStates } from '../shared/broker/memory-grant-state-store.ts';
import { memorySecretVault } from '../shared/connections/memory-secret-vault.ts';
import { createLog } from '../shared/log.ts';
import { createServices } from '../shared/services.ts';
import { readSettings } from '../shared/settings.ts';
import { memoryTables } from '../shared/storage/memory-table.ts';
import { parseStored } from '../shared/storage/stored-value.ts';
import type { OpenTable } from '../shared/storage/table.ts';
import { fakeClock } from './support/fake-clock.ts';
import { memoryAdapters } from './support/memory-adapters.ts';

/** What earlier versions and this one left in storage (test/full/stored-rows.test.ts). */
const FIXTURES = globSync('test/fixtures/stored/*.json').sort();

/** Every table with what this version reads it with, found by building everything that opens one. */
async function schemasOfTables(): Promise<Map<string, ZodType[]>> {
  const schemas = new Map<string, ZodType[]>();
  const tables = memoryTables();
  const openTable: OpenTable = (name, schema) => {
    schemas.set(name, [...(schemas.get(name) ?? []), schema]);
    return tables.open(name, schema);
  };
  const read = readSettings({
    KEYTURN_PUBLIC_URL: 'https://keyturn.example',
    KEYTURN_HOME_TENANT: '7c0a9c7e-5d1b-4c39-9a53-0d1f0c0ffee0',
    KEYTURN_STORAGE: 'UseDevelopmentStorage=true',
    KEYTURN_VAULT_URL: 'https://keyturn.vault.azure.net',
    KEYTURN_KEYS: 'on',
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const clock = fakeClock('2026-11-28T09:00:00Z');
  const unused = () => Promise.reject(new Error('nobody asks'));
  const services = createServices({
    settings: read.settings,
    log: createLog(() => undefined),
    adapters: { ...memoryAdapters(clock), openTable },
    brokerAdapters: async () => ({
      openTable,
      states: memoryGrantStates(clock),
      vault: memorySecretVault(),
      egress: { fetch: unused } as never,
      federatedAssertion: unused,
      clock,
      random: () => 0.5,
    }),
  });
  await services.broker();
  // It reads more tables than anything else, a part of each row.
  await services.prune();
  return schemas;
}

describe.each(FIXTURES)('the rows of %s', (file) => {
  const rows = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown[]>);

  it('are read by everything in this version that opens their table', async () => {
    const schemas = await schemasOfTables();
    const unopened = rows.map(([table]) => table).filter((table) => !schemas.has(table));
    expect(unopened).toEqual([]);
    for (const [table, values] of rows)
      for (const schema of schemas.get(table) ?? [])
        for (const value of values)
          expect(() => parseStored(table, JSON.stringify(value), schema)).not.toThrow();
  });

  it('are read when a later version has written more into them', async () => {
    const schemas = await schemasOfTables();
    for (const [table, values] of rows)
      for (const schema of schemas.get(table) ?? [])
        for (const value of values) {
          const later = { ...(value as object), ofALaterVersion: { a: [1] } };
          expect(() => parseStored(table, JSON.stringify(later), schema)).not.toThrow();
        }
  });
});
