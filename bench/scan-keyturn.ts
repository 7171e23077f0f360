/** The product's own reading of a tenant: Graph source, walk, findings kept. */
import { identityCredential } from '../shared/azure-credentials.ts';
import { walkCredentials } from '../shared/checks/walk.ts';
import { systemClock } from '../shared/clock.ts';
import { clouds } from '../shared/clouds.ts';
import { graphCredentialSource } from '../shared/credentials/graph-credential-source.ts';
import { createGraphClient } from '../shared/graph/graph-client.ts';

const credential = identityCredential(process.argv[2] ?? null);
await credential.getToken('https://graph.microsoft.com/.default');
const client = createGraphClient({
  cloud: clouds.public,
  credential,
  clock: systemClock,
  random: Math.random,
});
const startedAt = performance.now();
const { counts } = await walkCredentials(graphCredentialSource({ client }), {
  now: new Date(),
  keep: ({ stage }) => stage !== null,
});
process.send?.({
  wallMs: performance.now() - startedAt,
  peakMb: process.resourceUsage().maxRSS / 1024,
  credentials: counts.credentials,
});
