import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { instant } from './clock-control.ts';
import { CLOUD_NAMES } from './cloud/national-clouds.ts';
import type { LocalOptions } from './run-local.ts';

export type StartOptions = LocalOptions & { quiet: boolean };

type Environment = Readonly<Record<string, string | undefined>>;

export const usage =
  'npm start -- [--port 7071] [--cloud-port 7072] [--tenant FILE] [--now ISO] [--data DIR|--memory] [--hosts N] [--quiet]';

/**
 * The options of `npm start` (design §9), with the tenant's file read. Throws RangeError with one sentence for the
 * person when something is wrong.
 */
export function readStartOptions(args: string[], env: Environment = process.env): StartOptions {
  const values = parse(args);
  const options: StartOptions = {
    port: integer('--port', values.port ?? '7071', 65_535),
    cloudPort: integer('--cloud-port', values['cloud-port'] ?? '7072', 65_535),
    hosts: integer('--hosts', values.hosts ?? '1', 16),
    quiet: values.quiet === true,
    ...readCloud(env['KEYTURN_CLOUD']),
  };
  if (options.port === options.cloudPort)
    throw new RangeError('--port and --cloud-port must be different');
  if (values.now !== undefined) options.now = readInstant(values.now);
  if (values.data !== undefined) options.data = values.data;
  if (values.tenant !== undefined) options.tenant = readTenant(values.tenant);
  return options;
}

function parse(args: string[]) {
  const values = parsed(args);
  if (values.data !== undefined && values.memory === true)
    throw new RangeError('--data and --memory exclude each other');
  return values;
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: 'string' },
        'cloud-port': { type: 'string' },
        tenant: { type: 'string' },
        now: { type: 'string' },
        data: { type: 'string' },
        memory: { type: 'boolean' },
        hosts: { type: 'string' },
        quiet: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(reason, { cause });
  }
}

function integer(flag: string, text: string, max: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > max)
    throw new RangeError(`${flag} must be a whole number from 1 to ${max}, not "${text}"`);
  return value;
}

/** KEYTURN_CLOUD, as the product reads it. */
function readCloud(text = ''): Pick<StartOptions, 'cloudName'> {
  if (text === '') return {};
  const name = CLOUD_NAMES.find((one) => one === text);
  if (name === undefined)
    throw new RangeError(`KEYTURN_CLOUD must be one of ${CLOUD_NAMES.join(', ')}, not "${text}"`);
  return { cloudName: name };
}

function readInstant(text: string): string {
  try {
    instant(text);
    return text;
  } catch (cause) {
    throw new RangeError(`--now ${text} is not an ISO instant such as 2026-11-01T08:00:00Z`, {
      cause,
    });
  }
}

function readTenant(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`--tenant ${file} cannot be read as JSON: ${reason}`, { cause });
  }
}
