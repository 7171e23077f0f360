import { Hono, type Context } from 'hono';
import type { z } from 'zod';
import {
  cliTokenSchema,
  faultSchema,
  permissionsSchema,
  signInSchema,
  tenantSchema,
  throttleSchema,
  clockSchema,
} from './control-schemas.ts';
import { cliToken } from './cli-token.ts';
import { describeTenant } from './control-tenant.ts';
import { buildDirectory } from './build-directory.ts';
import { installation, type IdentityName } from './installation.ts';
import { vaultView } from './control-vault.ts';
import { microsoftGraph } from './seed-apis.ts';
import { emptyVault } from './seed-vault.ts';
import type { TokenSigner } from './token-signer.ts';
import type { World } from './world.ts';

/** Moves the clock of every process, runs what became due and resolves when nothing runs any more. */
export interface ClockControl {
  set(iso: string): Promise<void>;
  advance(isoDuration: string): Promise<void>;
}

export interface ControlDeps {
  world: World;
  signer: TokenSigner;
  clockControl: ClockControl;
  /** What `GET /_control/keys` answers. */
  keys: () => unknown;
}

/** The controls of design §9 under `/_control`. Bodies are JSON; a bad one is answered 400 with the member that is wrong. */
export function control(deps: ControlDeps): Hono {
  const app = new Hono().basePath('/_control');
  app.use(async (c, next) => {
    const hasBody = c.req.method === 'POST' || c.req.method === 'PUT';
    const type = c.req.header('content-type') ?? '';
    if (hasBody && !/^application\/json\b/i.test(type)) {
      return c.json({ error: 'Send JSON with content-type: application/json' }, 415);
    }
    await next();
    return undefined;
  });
  app.get('/keys', async (c) => c.json((await deps.keys()) as object));
  clockRoute(app, deps.clockControl, deps.world);
  directoryRoutes(app, deps.world);
  cliTokenRoute(app, deps);
  faultRoutes(app, deps.world);
  readingRoutes(app, deps.world);
  app.notFound((c) => c.json({ error: `No control ${c.req.method} ${c.req.path}` }, 404));
  return app;
}

function clockRoute(app: Hono, clockControl: ClockControl, world: World): void {
  app.post('/clock', async (c) => {
    const body = await checkedBody(c, clockSchema);
    if (body instanceof Response) return body;
    try {
      if ('now' in body) await clockControl.set(body.now);
      else await clockControl.advance(body.advance);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return c.json({ error: error.message }, 400);
    }
    return c.json({ now: world.now().toISOString() });
  });
}

function directoryRoutes(app: Hono, world: World): void {
  app.put('/tenant', async (c) => {
    const body = await checkedBody(c, tenantSchema);
    if (body instanceof Response) return body;
    const directory = buildDirectory(describeTenant(body, world));
    world.directories.set(directory.tenantId, directory);
    if (directory.tenantId === world.homeTenantId) emptyVault(world);
    return c.json({
      tenantId: directory.tenantId,
      applications: directory.applications.length,
      servicePrincipals: directory.servicePrincipals.length,
      users: directory.users.length,
    });
  });
  app.put('/permissions', async (c) => {
    const body = await checkedBody(c, permissionsSchema);
    if (body instanceof Response) return body;
    const { mailboxes = {}, vaultRoles = {}, tenants = {}, ...permissions } = body;
    setEach(world.permissions, permissions);
    setEach(world.mailboxes, mailboxes);
    setEach(world.vaultRoles, vaultRoles);
    for (const [tenantId, agreed] of Object.entries(tenants)) setConsent(world, tenantId, agreed);
    return c.json(Object.fromEntries(world.permissions));
  });
  app.post('/sign-in', async (c) => {
    const body = await checkedBody(c, signInSchema);
    if (body instanceof Response) return body;
    world.entra.armedSignIns.push(body);
    return c.json({ waiting: world.entra.armedSignIns.length });
  });
  app.get('/permissions', (c) => c.json(Object.fromEntries(world.permissions)));
  app.put('/throttle', async (c) => {
    const body = await checkedBody(c, throttleSchema);
    if (body instanceof Response) return body;
    world.keyCredentialsPerMinute = body.keyCredentialsPerMinute;
    return c.json(body);
  });
}

/** What a tenant agreed to for the application by which the monitor reads other tenants. */
export function setConsent(world: World, tenantId: string, agreed: string[] | null): void {
  const clientId = installation.tenantsClientId;
  const { consents } = world.entra;
  consents.forgetClient(tenantId, clientId);
  const { resourceAppId } = microsoftGraph;
  if (agreed !== null) consents.grantRoles({ tenantId, clientId, resourceAppId }, agreed);
}

/** Identities that are not named keep what they hold. */
function setEach(
  held: Map<IdentityName, string[]>,
  given: Partial<Record<IdentityName, string[] | undefined>>,
): void {
  for (const [name, values] of Object.entries(given)) {
    if (values !== undefined) held.set(name as IdentityName, values);
  }
}

/** As `az account get-access-token` answers for Microsoft Graph. */
function cliTokenRoute(app: Hono, { world, signer }: ControlDeps): void {
  app.post('/cli-token', async (c) => {
    const body = await checkedBody(c, cliTokenSchema);
    if (body instanceof Response) return body;
    const token = await cliToken(body, { world, signer });
    return token === null ? c.json({ error: 'There is no such user.' }, 400) : c.json(token);
  });
}

function faultRoutes(app: Hono, world: World): void {
  app.post('/faults', async (c) => {
    const body = await checkedBody(c, faultSchema);
    if (body instanceof Response) return body;
    world.faults.add(body);
    return c.json({ waiting: world.faults.count() });
  });
  app.delete('/faults', (c) => c.json({ removed: world.faults.clear() }));
}

function readingRoutes(app: Hono, world: World): void {
  app.get('/requests', (c) => c.json(world.requests.list(c.req.query('host'))));
  app.delete('/requests', (c) => c.json({ removed: world.requests.clear() }));
  app.get('/mail', (c) => c.json(world.mail));
  app.get('/cards', (c) => c.json(world.cards));
  app.get('/webhooks', (c) => c.json(world.webhooks));
  app.get('/vault', (c) => c.json(vaultView(world, c.req.query('vault'))));
}

/** The body by its schema, or the answer that says which member is wrong. */
async function checkedBody<Output>(
  c: Context,
  schema: z.ZodType<Output>,
): Promise<Output | Response> {
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    return c.json({ error: 'The body is not JSON' }, 400);
  }
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({
    member: memberName(path),
    problem: message,
  }));
  const [first] = errors;
  return c.json({ error: `${first?.member || 'body'}: ${first?.problem}`, errors }, 400);
}

/** `applications[3].owners`, as one would write it in code. */
function memberName(path: PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? String(part) : `${name}.${String(part)}`;
  }, '');
}
