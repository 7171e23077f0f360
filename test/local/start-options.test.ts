import { expect, it } from 'vitest';
import { readStartOptions } from '../../local/start-options.ts';

it('has defaults for everything', () => {
  expect(readStartOptions([])).toEqual({ port: 7071, cloudPort: 7072, hosts: 1, quiet: false });
});

it('reads every flag', () => {
  const args = '--port 8071 --cloud-port 8072 --now 2026-05-01 --data ./d --hosts 3 --quiet'.split(
    ' ',
  );
  expect(readStartOptions([...args, '--tenant', 'package.json'])).toMatchObject({
    port: 8071,
    cloudPort: 8072,
    now: '2026-05-01',
    data: './d',
    hosts: 3,
    quiet: true,
    tenant: { name: 'keyturn' },
  });
});

it.each([
  [['--port', 'x'], '--port must be a whole number'],
  [['--port', '7072'], '--port and --cloud-port must be different'],
  [['--hosts', '0'], '--hosts must be a whole number'],
  [['--now', 'tomorrow'], '--now tomorrow is not an ISO instant'],
  [['--data', 'd', '--memory'], '--data and --memory exclude each other'],
  [['--tenant', 'nowhere.json'], '--tenant nowhere.json cannot be read'],
  [['--loud'], '--loud'],
  [['extra'], 'extra'],
])('refuses %s and says why', (args, reason) => {
  expect(() => readStartOptions(args)).toThrow(reason);
});

it('takes the cloud from KEYTURN_CLOUD, and refuses one that there is not', () => {
  expect(readStartOptions([], { KEYTURN_CLOUD: 'china' })).toMatchObject({ cloudName: 'china' });
  expect(readStartOptions([], {})).not.toHaveProperty('cloudName');
  expect(() => readStartOptions([], { KEYTURN_CLOUD: 'germany' })).toThrow('usGovDod');
});
