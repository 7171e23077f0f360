import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { timeSpanMs } from '../../local/host/host-settings.ts';

const host = JSON.parse(readFileSync('host.json', 'utf8')) as {
  version: string;
  functionTimeout?: string;
  extensionBundle: { id: string; version: string };
  extensions: {
    http: { routePrefix: string; customHeaders: Record<string, string> };
    queues: Record<string, string | number>;
  };
  logging: {
    applicationInsights: Record<string, unknown> & {
      samplingSettings: { isEnabled: boolean; excludedTypes: string };
    };
  };
};

/** Microsoft Learn, "host.json reference for Azure Functions 2.x and later" and "Azure Queue storage bindings". */
describe('host.json', () => {
  it('lets no answer be kept, not even one that the host makes itself', () => {
    const { customHeaders, routePrefix } = host.extensions.http;
    expect(customHeaders).toMatchObject({
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Strict-Transport-Security': expect.stringMatching(/^max-age=\d{8,}$/),
    });
    expect(routePrefix).toBe('');
  });

  it('gives every invocation an explicit time, and a queue message that fails another try within a minute', () => {
    expect(timeSpanMs(host.functionTimeout ?? '')).toBe(10 * 60_000);
    const { visibilityTimeout, maxPollingInterval } = host.extensions.queues;
    expect(timeSpanMs(String(visibilityTimeout))).toBeGreaterThanOrEqual(5_000);
    expect(timeSpanMs(String(visibilityTimeout))).toBeLessThanOrEqual(60_000);
    expect(timeSpanMs(String(maxPollingInterval))).toBeLessThanOrEqual(60_000);
  });

  it('puts a message that failed five times into the poison queue, read as we write it', () => {
    expect(host.extensions.queues).toMatchObject({
      maxDequeueCount: 5,
      messageEncoding: 'base64',
    });
  });

  it('takes few messages at a time, since each is a whole tenant or a whole mail', () => {
    const { batchSize, newBatchThreshold } = host.extensions.queues;
    expect(Number(batchSize) + Number(newBatchThreshold)).toBeLessThanOrEqual(8);
  });

  it('brings the queue trigger with the extension bundle of line 4', () => {
    expect(host).toMatchObject({
      version: '2.0',
      extensionBundle: {
        id: 'Microsoft.Azure.Functions.ExtensionBundle',
        version: '[4.0.0, 5.0.0)',
      },
    });
  });

  it('samples, but keeps every exception, request and line of the log', () => {
    const { samplingSettings } = host.logging.applicationInsights;
    expect(samplingSettings.isEnabled).toBe(true);
    expect(samplingSettings.excludedTypes.split(';').sort()).toEqual([
      'Exception',
      'Request',
      'Trace',
    ]);
  });

  it('writes no query of a URL into telemetry: a sign-in code may be in it', () => {
    const { applicationInsights } = host.logging;
    // Seen in the wild: the host recorded its own call to the worker, with the whole URL, as a dependency.
    expect(applicationInsights['enableDependencyTracking']).toBe(false);
    expect(JSON.stringify(applicationInsights)).not.toMatch(/QueryString|ExtendedInfo/i);
  });
});

describe('the functions', () => {
  const sources = readdirSync('functions').map((file) => readFileSync(`functions/${file}`, 'utf8'));

  it('stream nothing, so that the host does not call the worker over HTTP', () => {
    for (const source of sources) expect(source).not.toMatch(/enableHttpStream|app\.setup/);
  });

  it('do not run at every start: a start is not a night', () => {
    for (const source of sources) expect(source).not.toMatch(/runOnStartup/);
  });
});
