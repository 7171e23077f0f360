import { describe, expect, it } from 'vitest';
import {
  readHostSettings,
  resolveAppSettings,
  timeSpanMs,
} from '../../../local/host/host-settings.ts';

describe('what the local host reads of host.json', () => {
  it('follows the project’s own file', async () => {
    expect(await readHostSettings('.')).toMatchObject({
      routePrefix: '',
      hasBundle4: true,
      queues: { maxDequeueCount: 5, retryVisibilitySeconds: 15, base64: true },
    });
  });

  it('names the file that is missing', async () => {
    await expect(readHostSettings('test')).rejects.toThrow('host.json');
  });

  it.each([
    ['00:15:00', 900_000],
    ['1.02:00:00', 93_600_000],
    ['15', null],
  ])('reads the TimeSpan %s', (text, ms) => {
    expect(timeSpanMs(text)).toBe(ms);
  });

  it('fills in %SETTINGS% and tells when one is missing', () => {
    expect(resolveAppSettings('%A%-%B%', { A: 'x', B: 'y' })).toBe('x-y');
    expect(resolveAppSettings('%A%', {})).toBeNull();
  });
});
