import { resultOfError } from '../broker/authorization-error.ts';
import {
  AUTHORIZATION_MINUTES,
  cookieNameOf,
  hashOfText,
} from '../broker/authorization-request.ts';
import { callbackUri, type SignInCookie } from '../broker/begin-authorization.ts';
import type { Clock } from '../clock.ts';
import type { Cloud } from '../clouds.ts';
import { AppError } from '../errors.ts';
import type { Row } from '../storage/table.ts';
import type { OnboardingLink, OnboardingLinks } from './onboarding-links.ts';
import type { OnboardingResult, OnboardingState, OnboardingStates } from './onboarding-states.ts';
import type { TenantProbe } from './tenant-probe.ts';
import type { TenantStore } from './tenant-store.ts';
import type { Tenant } from './tenant.ts';

export interface OnboardDeps {
  tenants: TenantStore;
  links: OnboardingLinks;
  states: OnboardingStates;
  probe: (tenantId: string) => Promise<TenantProbe>;
  clock: Pick<Clock, 'now'>;
  randomBytes: (size: number) => Uint8Array;
  cloud: Pick<Cloud, 'loginUrl' | 'graphUrl'>;
  publicUrl: string;
  /** KEYTURN_TENANTS_CLIENT_ID. */
  clientId: string | null;
}

export interface OnboardingAsked {
  tenant: Tenant;
  link: OnboardingLink;
}

/** What a link asks of its holder. Changes nothing. Throws `not_found`, with one text, for what is no link any more. */
export async function lookByOnboardingLink(
  { tenants, links }: Pick<OnboardDeps, 'tenants' | 'links'>,
  token: string,
): Promise<OnboardingAsked> {
  const link = await links.open(token);
  const tenant = link === null ? null : await tenants.get(link.value.tenantId);
  if (link === null || tenant === null || tenant.value.instance !== link.value.instance)
    throw new AppError('not_found', NO_LINK);
  return { tenant: tenant.value, link: link.value };
}

const NO_LINK = 'This link does not work, or no longer. Whoever sent it to you can make a new one.';

/**
 * The way to the page on which an administrator of the tenant agrees for everybody (Microsoft Learn, "Admin consent on
 * the Microsoft identity platform"; the scope `.default` means what the registration asks for). A state of 256 bits,
 * kept as a hash, and a cookie tie it to this browser (security rule 13).
 */
export async function startOnboarding(
  deps: OnboardDeps,
  token: string,
): Promise<{ url: string; cookie: SignInCookie; asked: OnboardingAsked }> {
  const asked = await lookByOnboardingLink(deps, token);
  const { clientId, states, clock, cloud, publicUrl } = deps;
  if (clientId === null) throw new AppError('not_configured', NO_APPLICATION);
  const random = () => Buffer.from(deps.randomBytes(32)).toString('base64url');
  const [state, cookieValue] = [random(), random()];
  const stateHash = hashOfText(state);
  const now = clock.now();
  const { tenantId, instance } = asked.tenant;
  await states.add(stateHash, {
    tenantId,
    instance,
    linkHash: hashOfText(token),
    cookieHash: hashOfText(cookieValue),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + AUTHORIZATION_MINUTES * 60_000).toISOString(),
    usedAt: null,
    result: null,
  });
  const url = new URL(`${cloud.loginUrl}/${tenantId}/v2.0/adminconsent`);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('scope', `${cloud.graphUrl}/.default`);
  url.searchParams.set('redirect_uri', callbackUri(publicUrl, null));
  url.searchParams.set('state', state);
  const maxAgeSeconds = AUTHORIZATION_MINUTES * 60;
  const cookie = { name: cookieNameOf(stateHash), value: cookieValue, maxAgeSeconds };
  return { url: url.href, cookie, asked };
}

export const NO_APPLICATION =
  'Set KEYTURN_TENANTS_CLIENT_ID to an application for many tenants first; docs/tenants.md says how to register it.';

export type OnboardingOutcome =
  { status: 'unknown' } | { status: 'expired' } | { status: 'ended'; result: OnboardingResult };

interface Answer {
  state: string | null;
  error: string | null;
  errorDescription: string | null;
}

/**
 * Takes the answer of the page for consent. It comes in a query that anybody can write, so nothing in it counts but the
 * state, with the cookie of the browser that began: the tenant is the link's, and watched once it was read (security rule
 * 15). `unknown` changes nothing.
 */
export async function completeOnboarding(
  deps: OnboardDeps,
  answer: Answer,
  cookies: (name: string) => string | null,
): Promise<OnboardingOutcome> {
  const stateHash = hashOfText(answer.state ?? '');
  const found = answer.state === null ? null : await deps.states.get(stateHash);
  const cookie = cookies(cookieNameOf(stateHash));
  if (found === null || cookie === null || hashOfText(cookie) !== found.value.cookieHash)
    return { status: 'unknown' };
  const { usedAt, result, expiresAt } = found.value;
  if (usedAt !== null) return { status: 'ended', result: result ?? 'tryAgain' };
  if (new Date(expiresAt) <= deps.clock.now()) return { status: 'expired' };
  const used = { ...found.value, usedAt: deps.clock.now().toISOString() };
  if (!(await deps.states.replace(found, used))) return completeOnboarding(deps, answer, cookies);
  const ended = await resultOf(deps, used, answer);
  await note(deps, stateHash, ended);
  return { status: 'ended', result: ended };
}

async function note(
  { states }: OnboardDeps,
  stateHash: string,
  result: OnboardingResult,
): Promise<void> {
  const current = await states.get(stateHash);
  if (current !== null) await states.replace(current, { ...current.value, result });
}

async function resultOf(
  deps: OnboardDeps,
  { tenantId, instance, linkHash }: OnboardingState,
  { error, errorDescription }: Answer,
): Promise<OnboardingResult> {
  const row = await deps.tenants.get(tenantId);
  if (row === null || row.value.instance !== instance) return 'tryAgain';
  if (error !== null) return resultOfError({ error, errorDescription });
  await noteAgreed(deps, row);
  const { ok } = await probeTenant(deps, tenantId);
  if (ok) await deps.links.use(tenantId, linkHash);
  return ok ? 'tenantWatched' : 'tenantAgreed';
}

async function noteAgreed({ tenants, clock }: OnboardDeps, row: Row<Tenant>): Promise<void> {
  // Lost to somebody else's write, it costs a later look and nothing else.
  await tenants.replace(row, { ...row.value, agreedAt: clock.now().toISOString() });
}

/** Reads one application of the tenant, and has it watched from then on if that works. */
export async function probeTenant(
  { tenants, probe, clock }: Pick<OnboardDeps, 'tenants' | 'probe' | 'clock'>,
  tenantId: string,
): Promise<TenantProbe> {
  const probed = await probe(tenantId);
  if (probed.ok) await tenants.noteAccess(tenantId, 'granted', clock.now());
  return probed;
}
