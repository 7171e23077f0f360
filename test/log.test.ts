import { describe, expect, it } from 'vitest';
import { createLog, type LogFields } from '../shared/log.ts';

function logged(log: (sink: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  log(createLog((line) => lines.push(line)));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('createLog', () => {
  it('writes one line of JSON with level, message and fields', () => {
    const lines = logged((log) => {
      log.info('read\nall', {
        applications: 3,
        tenant: 'a',
        done: true,
        reasons: ['x', 'y'],
        next: null,
      });
      log.warn('again');
      log.error('stop');
    });
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'read\nall',
        applications: 3,
        tenant: 'a',
        done: true,
        reasons: ['x', 'y'],
        next: null,
      },
      { level: 'warn', message: 'again' },
      { level: 'error', message: 'stop' },
    ]);
  });

  it('drops what is not a plain value, and fields that would overwrite the line itself', () => {
    const fields = { error: new Error('x'), headers: { a: 'b' }, list: [{}], level: 'none', ok: 1 };
    expect(logged((log) => log.info('m', fields as unknown as LogFields))).toEqual([
      { level: 'info', message: 'm', ok: 1 },
    ]);
  });

  it('redacts in messages, fields and lists, before it cuts', () => {
    const secret = 'kt_admin_ops_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF';
    const line = JSON.stringify(
      logged((log) =>
        log.error(`bad ${secret}`, { a: secret, b: [secret], c: `${'x '.repeat(990)}${secret}` }),
      ),
    );
    expect(line).not.toContain('Zm9v');
    expect(line).not.toContain('kt_admin');
  });

  it('cuts what is endless', () => {
    const [line] = logged((log) =>
      log.info('a b '.repeat(5_000), { list: Array.from({ length: 500 }, () => 1) }),
    );
    expect(String(line?.['message']).length).toBe(2_001);
    expect(line?.['list']).toHaveLength(50);
  });
});
