/** The local Graph in a process of its own, its limit of requests a minute switched off. */
import { serve } from '@hono/node-server';
import { createCloud } from '../local/cloud/create-cloud.ts';
import { installation } from '../local/cloud/installation.ts';

const identityHeader = 'bench';
const cloud = createCloud({
  now: () => new Date(),
  clockControl: { set: async () => undefined, advance: async () => undefined },
  keys: () => ({}),
  identityHeader,
  keyCredentialsPerMinute: null,
});

serve({ fetch: (request) => cloud.fetch(request), hostname: '127.0.0.1', port: 0 }, ({ port }) =>
  process.send?.({ port, identityHeader, clientId: installation.identities.monitor.clientId }),
);
