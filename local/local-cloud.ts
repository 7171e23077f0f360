import { createCloud } from './cloud/create-cloud.ts';
import { runLocal, type Local, type LocalOptions } from './run-local.ts';

/**
 * Keyturn on this machine with all that it talks to: what `npm start` runs and what tests start.
 * Resolves when it answers; throws, with nothing left running, when a port is taken or the app is refused.
 */
export function startLocal(options: LocalOptions = {}): Promise<Local> {
  const cloudName = options.cloudName ?? 'public';
  return runLocal((input) => createCloud({ ...input, cloudName }), options);
}
