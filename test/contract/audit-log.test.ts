import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry, AuditLog } from '../../shared/audit/audit-log.ts';
import { blobAuditLog } from '../../shared/audit/blob-audit-log.ts';
import { memoryAuditLog } from '../../shared/audit/memory-audit-log.ts';
import { startAzurite, type Azurite } from '../support/azurite.ts';
import { fakeClock, type FakeClock } from '../support/fake-clock.ts';

let azurite: Azurite | undefined;
let count = 0;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

interface Opened {
  audit: AuditLog;
  /** The text of every file, by day and hour. */
  files: () => Promise<Record<string, string>>;
}

function inMemory(clock: FakeClock): Opened {
  const audit = memoryAuditLog(clock);
  return { audit, files: async () => byHour(Object.entries(audit.dump())) };
}

function inBlobs(clock: FakeClock): Opened {
  const service = BlobServiceClient.fromConnectionString(azurite?.connectionString ?? '');
  const container = service.getContainerClient(`audit${process.pid}-${(count += 1)}`);
  const audit = blobAuditLog({ connect: () => container, writer: 'a1b2', clock });
  const files = async () => {
    const found: [string, string][] = [];
    for await (const { name } of container.listBlobsFlat()) {
      const bytes = await container.getBlobClient(name).downloadToBuffer();
      found.push([name, bytes.toString('utf8')]);
    }
    return byHour(found);
  };
  return { audit, files };
}

const byHour = (files: [string, string][]) =>
  Object.fromEntries(files.map(([name, text]) => [name.slice(0, 13), text]));

const entry = (caller: string): AuditEntry => ({
  at: '2026-11-25T08:00:00.000Z',
  kind: 'act',
  caller,
  address: null,
});

describe.each([
  ['memory', inMemory],
  ['Azurite', inBlobs],
])('an audit log (%s)', (_name, open) => {
  it('adds lines to the file of the hour, in order, whoever calls at once', async () => {
    const clock = fakeClock('2026-11-25T08:59:00Z');
    const { audit, files } = open(clock);
    await audit.append([]);
    await audit.append([entry('a'), entry('ü')]);
    await audit.append([entry('c')]);
    clock.advance(60_000);
    await Promise.all(['d', 'e', 'f'].map((name) => audit.append([entry(name)])));
    const kept = await files();
    const lines = (name: string) =>
      (kept[name] ?? '')
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as AuditEntry).caller);
    expect(Object.keys(kept)).toEqual(['2026-11-25/08', '2026-11-25/09']);
    expect(lines('2026-11-25/08')).toEqual(['a', 'ü', 'c']);
    expect(lines('2026-11-25/09').toSorted()).toEqual(['d', 'e', 'f']);
  });

  it('removes whole days, and says how many files', async () => {
    const clock = fakeClock('2026-11-24T23:00:00Z');
    const { audit, files } = open(clock);
    await audit.append([entry('old')]);
    clock.advance(3_600_000);
    await audit.append([entry('new')]);
    expect(await audit.removeBefore(new Date('2026-11-25T12:00:00Z'))).toBe(1);
    expect(Object.keys(await files())).toEqual(['2026-11-25/00']);
  });
});
