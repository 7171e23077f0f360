import { describe, expect, it } from 'vitest';
import { callerLimit } from '../../shared/http/caller-limit.ts';
import { brokerHttp } from '../support/broker-http.ts';
import { fakeClock } from '../support/fake-clock.ts';

const ID = 'bc-reporting';

describe('the limit of a caller', () => {
  it('lets a minute of requests through at once, and then as many as flow back', () => {
    const clock = fakeClock('2026-11-28T12:00:00Z');
    const limit = callerLimit({ perMinute: 6, clock });
    const take = (times: number) => Array.from({ length: times }, () => limit.take('bc key:shop'));
    expect(take(7)).toEqual([0, 0, 0, 0, 0, 0, 10]);
    clock.advance(4_000);
    expect(take(1)).toEqual([6]);
    clock.advance(6_000);
    expect(take(2)).toEqual([0, 10]);
    clock.advance(3_600_000);
    expect(take(7)).toEqual([0, 0, 0, 0, 0, 0, 10]);
  });

  it('is one for each caller, however many there are', () => {
    const clock = fakeClock('2026-11-28T12:00:00Z');
    const limit = callerLimit({ perMinute: 1, clock });
    expect(limit.take('busy')).toBe(0);
    for (let index = 0; index < 20_000; index += 1) expect(limit.take(`c${index}`)).toBe(0);
    expect(limit.take('busy')).toBe(60);
  });

  it('is not raised by a clock that goes back', () => {
    const clock = fakeClock('2026-11-28T12:00:00Z');
    const limit = callerLimit({ perMinute: 1, clock });
    expect(limit.take('busy')).toBe(0);
    clock.advance(-3_600_000);
    expect(limit.take('busy')).toBe(60);
  });
});

describe('a caller who asks too often', () => {
  it('is told when to come back, on either way, and keeps nobody else from tokens', async () => {
    const broker = await brokerHttp({ tokensPerMinute: 2 });
    await broker.put(ID, { grantType: 'clientCredentials' });
    const [busy, other] = [await broker.key(ID, 'busy'), await broker.key(ID, 'other')];
    const get = (key: string) => broker.token(ID, { headers: { 'x-keyturn-key': key } });
    const post = (key: string) =>
      broker.token(ID, { method: 'POST', headers: { 'x-keyturn-key': key } });
    for (const answer of [await get(busy), await post(busy)]) expect(answer.status).not.toBe(429);
    const [read, posted] = [await get(busy), await post(busy)];
    expect([read.status, read.json()['code']]).toEqual([429, 'throttled']);
    expect([posted.status, posted.json()['error']]).toEqual([429, 'temporarily_unavailable']);
    for (const answer of [read, posted]) {
      expect(answer.headers.get('retry-after')).toBe('30');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    expect((await get(other)).status).not.toBe(429);
    // A guess at a key costs its holder nothing.
    for (let times = 0; times < 5; times += 1)
      expect((await get(`${other.slice(0, -1)}~`)).status).toBe(404);
    expect((await get(other)).status).not.toBe(429);
    broker.clock.advance(30_000);
    expect((await get(busy)).status).not.toBe(429);
    await broker.services.trail.flush();
    expect(broker.logs.join()).toContain('"status":429');
  });
});
