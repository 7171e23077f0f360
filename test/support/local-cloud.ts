import { createCloud, type Cloud, type CloudOptions } from '../../local/cloud/create-cloud.ts';
import { installation } from '../../local/cloud/installation.ts';
import { createTokenSigner } from '../../local/cloud/token-signer.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';

/** A local cloud in this process, asked as a product process or a person with curl would ask it. */
export interface TestCloud extends Cloud {
  clock: FakeClock;
  /** A call to a path of the cloud port. */
  call(path: string, init?: RequestInit): Promise<Response>;
  json(path: string, init?: RequestInit): Promise<Record<string, unknown>>;
  /** A JSON body sent to a control; the answer as JSON. */
  control(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  token(resource?: string, identity?: 'monitor' | 'broker'): Promise<string>;
  /** A call to Graph v1.0 as the monitor identity; `path` without host and version. */
  graph(path: string, init?: GraphInit): Promise<Response>;
}

// Making an RSA key takes longer than most tests.
const signer = createTokenSigner();

type GraphInit = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/** A cloud whose clock stands at 2026-11-25 until it is turned. */
export function testCloud(options: Partial<CloudOptions> = {}): TestCloud {
  const clock = fakeClock('2026-11-25T08:00:00Z');
  const cloud = createCloud({
    now: () => clock.now(),
    clockControl: { set: async (iso) => clock.set(iso), advance: async () => undefined },
    keys: () => ({ admin: 'kt_admin_local_x', reader: 'kt_reader_local_x', connections: {} }),
    signer,
    ...options,
  });
  const call = (path: string, init?: RequestInit) =>
    cloud.fetch(new Request(`http://localhost:7072${path}`, init));
  const json = async (path: string, init?: RequestInit) =>
    (await (await call(path, init)).json()) as Record<string, unknown>;
  const token = async (
    resource = 'https://graph.microsoft.com',
    identity: 'monitor' | 'broker' = 'monitor',
  ) => {
    const { clientId } = installation.identities[identity];
    const query = `api-version=2019-08-01&resource=${resource}&client_id=${clientId}`;
    const answer = await json(`/msi/token?${query}`, {
      headers: { 'x-identity-header': installation.identityHeader },
    });
    return String(answer['access_token']);
  };
  return {
    ...cloud,
    clock,
    call,
    json,
    control: async (method, path, body) =>
      json(`/_control/${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
    token,
    graph: async (path, init = {}) =>
      call(`/graph.microsoft.com/v1.0${path}`, {
        ...init,
        headers: { authorization: `Bearer ${await token()}`, ...init.headers },
      }),
  };
}
