import { expect, it } from 'vitest';
import type { Binding } from '../../../local/host/core-module.ts';
import { readHostSettings } from '../../../local/host/host-settings.ts';
import type { LoadedFunction } from '../../../local/host/load-functions.ts';
import { createQueueListeners } from '../../../local/host/queue-listeners.ts';

const invocations = {
  invoke: async () => null,
  activity: () => ({ busy: false, count: 0 }),
  drained: async () => undefined,
};

async function faults(trigger: Partial<Binding>, hasBundle4 = true): Promise<string[]> {
  const settings = { ...(await readHostSettings('.')), hasBundle4 };
  const loaded = {
    name: 'work',
    trigger: { type: 'queueTrigger', direction: 'in', name: 'message', ...trigger },
    registration: { name: 'work', bindings: {}, handler: () => undefined },
  } as LoadedFunction;
  const env = { KEYTURN_STORAGE: 'UseDevelopmentStorage=true' };
  return createQueueListeners([loaded], { settings, env, invocations, log: () => undefined })
    .faults;
}

it('accepts a queue trigger whose connection is an app setting', async () => {
  expect(await faults({ queueName: 'work', connection: 'KEYTURN_STORAGE' })).toEqual([]);
});

it('refuses a queue trigger without extension bundle 4 in host.json', async () => {
  const refused = await faults({ queueName: 'work', connection: 'KEYTURN_STORAGE' }, false);
  expect(refused).toEqual([
    'work: a queue trigger needs "extensionBundle" [4.*, 5.0.0) in host.json',
  ]);
});

it('refuses a missing connection, a missing name setting and a name that no queue can have', async () => {
  const connection = 'KEYTURN_STORAGE';
  expect(await faults({ queueName: 'work' })).toEqual([
    expect.stringContaining('AzureWebJobsStorage'),
  ]);
  expect(await faults({ queueName: '%Q%', connection })).toEqual([expect.stringContaining('%Q%')]);
  expect(await faults({ queueName: 'Work', connection })).toEqual([
    expect.stringContaining('Work'),
  ]);
});
