import { describe, expect, it } from 'vitest';
import type { AuditEntry, AuditLog } from '../../shared/audit/audit-log.ts';
import { auditTrail } from '../../shared/audit/audit-trail.ts';
import { memoryAuditLog } from '../../shared/audit/memory-audit-log.ts';
import { createLog } from '../../shared/log.ts';
import { clientAddress } from '../../shared/http/client-address.ts';
import { brokerHttp } from '../support/broker-http.ts';
import { fakeClock } from '../support/fake-clock.ts';

const READ = { connectionId: 'bc', caller: 'key:shop', address: '203.0.113.7' };

function setUp(change: (audit: AuditLog) => AuditLog = (audit) => audit) {
  const clock = fakeClock('2026-11-25T08:00:10Z');
  const memory = memoryAuditLog(clock);
  const logged: string[] = [];
  const timers: (() => void)[] = [];
  const trail = auditTrail({
    audit: change(memory),
    clock,
    log: createLog((line) => void logged.push(line)),
    later: (run) => void timers.push(run),
  });
  return { clock, memory, logged, timers, trail };
}

const entriesOf = (files: Record<string, string>): AuditEntry[] =>
  Object.values(files).flatMap((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEntry),
  );

describe('the audit of token reads', () => {
  it('has the first of a caller, connection and minute at once, and then a count', async () => {
    const { clock, memory, trail } = setUp();
    for (let times = 0; times < 5; times += 1) trail.noteRead(READ);
    trail.noteRead({ ...READ, caller: 'key:other' });
    await trail.flush();
    expect(entriesOf(memory.dump()).map(({ kind, caller }) => [kind, caller])).toEqual([
      ['read', 'key:shop'],
      ['read', 'key:other'],
    ]);
    clock.advance(60_000);
    trail.noteRead(READ);
    await trail.flush();
    const [, , ...later] = entriesOf(memory.dump());
    expect(later).toEqual([
      { at: '2026-11-25T08:00:00.000Z', kind: 'reads', ...READ, count: 4 },
      { at: '2026-11-25T08:01:10.000Z', kind: 'read', ...READ },
    ]);
  });

  it('writes the last count when its minute is over, though nobody comes again', async () => {
    const { clock, memory, trail, timers } = setUp();
    trail.noteRead(READ);
    trail.noteRead(READ);
    await trail.flush();
    clock.advance(60_000);
    expect(timers).toHaveLength(1);
    timers[0]?.();
    await trail.flush();
    expect(entriesOf(memory.dump()).map(({ kind, count }) => [kind, count])).toEqual([
      ['read', undefined],
      ['reads', 1],
    ]);
  });

  it('keeps what storage does not take, says so, and writes it later', async () => {
    let isDown = true;
    const { memory, trail, logged } = setUp((audit) => ({
      ...audit,
      append: (entries) => (isDown ? Promise.reject(new Error('down')) : audit.append(entries)),
    }));
    trail.noteRead(READ);
    await trail.flush();
    expect(logged.join()).toContain('could not be written');
    expect(memory.dump()).toEqual({});
    isDown = false;
    await trail.flush();
    expect(entriesOf(memory.dump())).toHaveLength(1);
  });
});

describe('the audit over HTTP', () => {
  it('names who took tokens and from where, and who changed what before it is done', async () => {
    const broker = await brokerHttp();
    await broker.put('bc-production');
    const key = await broker.key('bc-production', 'shop');
    await broker.token('bc-production', {
      headers: { 'x-keyturn-key': key, 'x-forwarded-for': '10.0.0.1, 203.0.113.7:51234' },
    });
    await broker.token('bc-production', { headers: { 'x-keyturn-key': 'kt_wrong' } });
    await broker.asAdmin('showConnection', 'bc-production', { method: 'GET' });
    await broker.services.trail.flush();
    expect(entriesOf(broker.audit.dump())).toEqual([
      expect.objectContaining({
        kind: 'act',
        route: 'putConnection',
        subject: { id: 'bc-production' },
        caller: 'key:ops',
      }),
      expect.objectContaining({ kind: 'act', route: 'createConnectionKey', caller: 'key:ops' }),
      expect.objectContaining({
        kind: 'read',
        connectionId: 'bc-production',
        caller: 'key:shop',
        address: '203.0.113.7',
      }),
    ]);
    expect(JSON.stringify(broker.audit.dump())).not.toContain(key);
  });

  it('does nothing for an administrator whose act cannot be written down', async () => {
    const broker = await brokerHttp();
    broker.services.trail.act = () => Promise.reject(new Error('down'));
    expect((await broker.put('bc-production')).status).toBe(500);
    const shown = await broker.asAdmin('showConnection', 'bc-production', { method: 'GET' });
    expect(shown.status).toBe(404);
  });
});

describe('the client’s address', () => {
  it.each([
    ['203.0.113.7:51234', '203.0.113.7'],
    ['evil, 203.0.113.7', '203.0.113.7'],
    ['198.51.100.1, [2001:db8::1]:443', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['203.0.113.7, evil', null],
    ['', null],
  ])('in "%s" is the last entry: %s', (header, address) => {
    expect(clientAddress(new Headers({ 'x-forwarded-for': header }))).toBe(address);
  });
});
