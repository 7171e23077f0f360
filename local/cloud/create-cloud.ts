import { setTimeout as delay } from 'node:timers/promises';
import { buildDirectory } from './build-directory.ts';
import { businessCentral } from './business-central.ts';
import { control, type ClockControl } from './control.ts';
import { dataverse } from './dataverse.ts';
import { entra } from './entra.ts';
import { ConnectionDropped, faultAnswer, isAnswer, type Fault } from './faults.ts';
import { graph } from './graph.ts';
import { serviceOf, type EmulatedService } from './hosts.ts';
import { installation } from './installation.ts';
import { keyVault } from './key-vault.ts';
import { loopbackRefusal } from './loopback-guard.ts';
import { managedIdentity } from './managed-identity.ts';
import type { CloudName } from './national-clouds.ts';
import { pages } from './pages.ts';
import { loggedBody, loggedHeaders } from './request-log.ts';
import { seedTenant } from './seed-tenant.ts';
import { seedVault } from './seed-vault.ts';
import { teamsWorkflows, webhookReceiver } from './sinks.ts';
import { createTokenSigner, type TokenSigner } from './token-signer.ts';
import { createWorld, type World } from './world.ts';

export interface CloudOptions {
  /** The world's clock: token lives, dates of the seeded tenant, times of mails. */
  now: () => Date;
  clockControl: ClockControl;
  /** The cloud that the installation lives in; the public one unless given. */
  cloudName?: CloudName;
  /** What `GET /_control/keys` answers; may be a promise. */
  keys: () => unknown;
  /** What callers of the managed identity endpoint must send as X-IDENTITY-HEADER. */
  identityHeader?: string;
  /** The day that the seeded tenant's dates are relative to, where an installation is started again; now() unless given. */
  seededAt?: Date;
  /** Graph's limit where keyCredentials is selected; null for none. 150 as in Graph unless given. */
  keyCredentialsPerMinute?: number | null;
  /** A clock that nobody turns, for that limit; performance.now unless given. */
  monotonicMs?: () => number;
  /** Signs Entra's tokens; one with a key of its own unless given. */
  signer?: TokenSigner;
}

/** What @hono/node-server hands over beside a request; needed only to break a connection off. */
interface ConnectionEnv {
  outgoing?: { destroy(): unknown };
}

export interface Cloud {
  /** Serves the cloud port: `/{hostname}/…`, `/_control/…`, `/msi/token` and the pages. */
  fetch(request: Request, env?: ConnectionEnv): Promise<Response>;
  world: World;
}

/** A cloud with the seeded tenant, in memory; nothing is started or opened. */
export function createCloud(options: CloudOptions): Cloud {
  const { now, clockControl, keys } = options;
  const limit = options.keyCredentialsPerMinute;
  const world = createWorld({
    now,
    directory: buildDirectory(seedTenant(options.seededAt ?? now())),
    keyCredentialsPerMinute: limit === undefined ? 150 : limit,
    cloudName: options.cloudName ?? 'public',
  });
  seedVault(world, options.seededAt ?? now());
  const signer = options.signer ?? createTokenSigner();
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  const identityHeader = options.identityHeader ?? installation.identityHeader;
  const services: Record<EmulatedService, Answering> = {
    graph: graph({ world, signer, monotonicMs }),
    entra: entra({ world, signer }),
    keyVault: keyVault({ world, signer }),
    businessCentral: businessCentral({ world, signer }),
    dataverse: dataverse({ world, signer }),
    teams: teamsWorkflows(world),
    webhook: webhookReceiver(world),
  };
  const own: [RegExp, Answering][] = [
    [/^\/_control(\/|$)/, control({ world, signer, clockControl, keys })],
    [/^\/msi\//, managedIdentity({ world, signer, identityHeader })],
    [/^\/(inbox(\/.*)?)?$/, pages(world)],
  ];
  return {
    world,
    async fetch(request, env = {}) {
      const refusal = loopbackRefusal(request);
      if (refusal !== null) return Response.json({ error: refusal }, { status: 403 });
      const { pathname } = new URL(request.url);
      const mine = own.find(([pattern]) => pattern.test(pathname));
      if (mine !== undefined) return mine[1].fetch(request);
      return dated(await emulate(request, { world, services, env }), world);
    },
  };
}

/** The header is of the world's clock, not of this machine's: whoever compares clocks sees the one that was turned. */
function dated(response: Response, world: World): Response {
  response.headers.set('date', world.now().toUTCString());
  return response;
}

interface Answering {
  fetch(request: Request): Response | Promise<Response>;
}

interface Emulation {
  world: World;
  services: Record<EmulatedService, Answering>;
  env: ConnectionEnv;
}

/** Answers for the host that the path names: written down, then by a fault if one waits, else by its emulator. */
async function emulate(request: Request, { world, services, env }: Emulation): Promise<Response> {
  const url = new URL(request.url);
  const [, hostname = ''] = url.pathname.split('/', 2);
  const service = serviceOf(hostname);
  if (service === undefined) {
    const error = `The local cloud does not answer for ${JSON.stringify(hostname)}`;
    return Response.json({ error }, { status: 404 });
  }
  const path = url.pathname.slice(hostname.length + 1) || '/';
  const realUrl = `https://${hostname.toLowerCase()}${path}${url.search}`;
  const text = request.body === null ? '' : await request.text();
  const entry = {
    at: world.now().toISOString(),
    method: request.method,
    url: realUrl,
    headers: loggedHeaders(request.headers),
    body: loggedBody(text, service),
  };
  world.requests.record(entry, text.length);
  const call = {
    host: hostname,
    method: request.method,
    pathAndQuery: path + url.search,
    authorization: request.headers.get('authorization'),
  };
  const fault = world.faults.take(call);
  const scripted = fault === undefined ? undefined : await playFault(fault, env);
  if (scripted !== undefined) return scripted;
  try {
    return await services[service].fetch(realRequest(realUrl, request, text));
  } catch (error) {
    if (error instanceof ConnectionDropped) return droppedConnection(env);
    throw error;
  }
}

/** The request as it would arrive at the real host. */
function realRequest(url: string, request: Request, text: string): Request {
  const headers = new Headers(request.headers);
  headers.delete('host');
  return new Request(url, {
    method: request.method,
    headers,
    ...(text === '' ? {} : { body: text }),
  });
}

/** What a fault answers after its delay; undefined for one that only delays. */
async function playFault(fault: Fault, env: ConnectionEnv): Promise<Response | undefined> {
  if (fault.delayMs !== undefined) await delay(fault.delayMs);
  if (fault.drop === true) return droppedConnection(env);
  if (!isAnswer(fault)) return undefined;
  const { status, headers, text } = faultAnswer(fault);
  const hasNoBody = status === 204 || status === 205 || status === 304 || text === '';
  return new Response(hasNoBody ? null : text, { status, headers });
}

/** The connection ends without an answer; where it cannot be reached, the answer breaks off in its first byte. */
function droppedConnection({ outgoing }: ConnectionEnv): Response {
  if (outgoing !== undefined) {
    outgoing.destroy();
    return new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
  }
  const broken = new ReadableStream({
    start: (controller) => {
      controller.error(new ConnectionDropped());
    },
  });
  return new Response(broken);
}
