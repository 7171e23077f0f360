import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobGrantStates } from '../../shared/broker/blob-grant-state-store.ts';
import type { GrantStateStore } from '../../shared/broker/grant-state-store.ts';
import { NO_GRANT } from '../../shared/broker/grant-state.ts';
import { memoryGrantStates } from '../../shared/broker/memory-grant-state-store.ts';
import { systemClock } from '../../shared/clock.ts';
import { startAzurite, type Azurite } from '../support/azurite.ts';

let azurite: Azurite | undefined;
let count = 0;
const freshKey = () => ({ connectionId: `contract-${(count += 1)}`, instance: 'a1b2c3d4' });

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());

const blobs = () =>
  blobGrantStates({
    connect: () =>
      BlobServiceClient.fromConnectionString(azurite?.connectionString ?? '').getContainerClient(
        `states${process.pid}`,
      ),
    clock: systemClock,
  });

const adapters: [string, () => GrantStateStore][] = [
  ['memory', () => memoryGrantStates(systemClock)],
  ['Azurite', blobs],
];

describe.each(adapters)('a store of grant states (%s)', (_name, open) => {
  it('has nothing before the first write, and what was written after it', async () => {
    const states = open();
    const key = freshKey();
    expect(await states.read(key)).toBeNull();
    const lease = await states.lease(key);
    expect(await lease?.read()).toBeNull();
    const etag = await lease?.write({ ...NO_GRANT, grantId: 'a' }, null);
    expect(etag).toBeTruthy();
    expect(await states.read(key)).toEqual({ state: { ...NO_GRANT, grantId: 'a' }, etag });
    expect(await lease?.read()).toEqual(await states.read(key));
    await lease?.release();
  });

  it('gives its lease to one of many at a time', async () => {
    const states = open();
    const key = freshKey();
    const leases = await Promise.all(Array.from({ length: 8 }, () => states.lease(key)));
    const held = leases.filter((lease) => lease !== null);
    expect(held).toHaveLength(1);
    expect(await states.lease(key)).toBeNull();
    await held[0]?.release();
    expect(await states.lease(key)).not.toBeNull();
  });

  it('writes over the version that was read, and over no other', async () => {
    const states = open();
    const lease = await states.lease(freshKey());
    const first = (await lease?.write(NO_GRANT, null)) ?? '';
    const second = (await lease?.write({ ...NO_GRANT, generation: 2 }, first)) ?? '';
    expect(await lease?.write({ ...NO_GRANT, generation: 3 }, first)).toBeNull();
    expect(await lease?.write({ ...NO_GRANT, generation: 3 }, null)).toBeNull();
    expect((await lease?.read())?.state.generation).toBe(2);
    expect(await lease?.write({ ...NO_GRANT, generation: 3 }, second)).toBeTruthy();
  });

  it('takes nothing from who has let go of the lease, or has lost it', async () => {
    const states = open();
    const key = freshKey();
    const lost = await states.lease(key);
    const etag = (await lost?.write(NO_GRANT, null)) ?? '';
    await lost?.release();
    expect(await lost?.write({ ...NO_GRANT, generation: 9 }, etag)).toBeNull();
    const other = await states.lease(key);
    expect(await lost?.write({ ...NO_GRANT, generation: 9 }, etag)).toBeNull();
    expect(await lost?.renew()).toBe(false);
    expect(await lost?.remove()).toBe(false);
    await lost?.release();
    expect(await other?.renew()).toBe(true);
    expect(await states.lease(key)).toBeNull();
    expect((await states.read(key))?.state.generation).toBe(0);
  });

  it('knows when a lease ends, and can begin it anew', async () => {
    const lease = await open().lease(freshKey());
    const leftMs = (lease?.endsAt().getTime() ?? 0) - Date.now();
    expect(leftMs).toBeGreaterThan(50_000);
    expect(leftMs).toBeLessThanOrEqual(60_000);
    expect(await lease?.renew()).toBe(true);
  });

  it('forgets what is removed, and can begin again', async () => {
    const states = open();
    const key = freshKey();
    const lease = await states.lease(key);
    await lease?.write({ ...NO_GRANT, grantId: 'a' }, null);
    expect(await lease?.remove()).toBe(true);
    await lease?.release();
    expect(await states.read(key)).toBeNull();
    const again = await states.lease(key);
    expect(await again?.write(NO_GRANT, null)).toBeTruthy();
  });
});
