import type { CheckTenantDeps } from '../checks/check-tenant.ts';
import { findingOf, type Finding } from '../checks/finding.ts';
import { readPeople } from '../checks/people.ts';
import { walkCredentials, type WalkedCredential } from '../checks/walk.ts';
import type { Assessed } from '../expiry/assess.ts';
import { DAY_MS } from '../expiry/status.ts';
import { DEFAULT_THRESHOLDS } from '../expiry/thresholds.ts';
import { forecast, type ForecastMail, type ForecastWarning } from './forecast.ts';
import { partitionOf, rowOf } from './ledger-keys.ts';
import type { Ledger } from './ledger.ts';
import { nightsFrom } from './nights-from.ts';
import type { RecipientLists } from './recipients.ts';
import { MAIL } from './scopes.ts';

export interface PreviewDeps extends Pick<
  CheckTenantDeps,
  | 'sourceOf'
  | 'ownersOf'
  | 'domainsOf'
  | 'consumersOf'
  | 'findings'
  | 'thresholds'
  | 'mark'
  | 'clock'
> {
  ledger: Ledger;
  lists: RecipientLists;
  /** KEYTURN_CHECK_SCHEDULE. */
  schedule: string;
}

/** Which mails would be sent to whom, and how far that can be believed. */
export interface AlertPreview {
  asOf: string;
  tenantId: string;
  days: number;
  /** False when the tenant was not read to its end. */
  complete: boolean;
  /** What was not read, and with what to do about it. */
  reasons: string[];
  mails: ForecastMail[];
  /** Applications that something of ends in this time and that no owner could be found for. */
  ownerless: { objectId: string | null; application: string | null }[];
}

/**
 * Says what the coming nights would send if alerts were live: reads the tenant now, as a night does, and looks up the
 * people around everything that comes due in that time. Nothing is written. Costs what a check costs. Throws
 * `storage_unavailable`, and what a source throws that breaks its promise.
 */
export async function previewAlerts(
  deps: PreviewDeps,
  { tenantId, days }: { tenantId: string; days: number },
): Promise<AlertPreview> {
  const now = deps.clock.now();
  const thresholds = deps.thresholds ?? DEFAULT_THRESHOLDS;
  const horizon = new Date(now.getTime() + (days + LONGEST_WINDOW_DAYS) * DAY_MS);
  const isAhead = (credential: Assessed) => comesDue(credential, now, horizon);
  const walk = await walkCredentials(deps.sourceOf(tenantId), {
    now,
    keep: isAhead,
    needsPeople: isAhead,
    thresholds,
    mark: deps.mark,
  });
  const domains = await deps.domainsOf(tenantId);
  const people = await readPeople(
    { lookup: deps.ownersOf(tenantId), tenantId, domains, needsPeople: isAhead },
    walk,
  );
  const known = await knownFindings(deps, tenantId);
  const consumersOf = await deps.consumersOf(tenantId);
  const findings = walk.findings.map((found): Finding => {
    const { owners, related } = people.peopleOf(found);
    const finding = findingOf(tenantId, { ...found, owners }, now);
    const { appId } = finding.holder;
    const consumers = appId === null ? [] : consumersOf(appId);
    const supersession = known.get(finding.id)?.supersession ?? finding.supersession;
    return { ...finding, related, consumers, supersession };
  });
  const mails = await forecast(findings, {
    nights: nightsFrom(deps.schedule, now, days),
    lists: deps.lists,
    thresholds,
    isTold: (warning) => isTold(deps.ledger, warning),
  });
  const unread = [...walk.incomplete, ...(people.read?.incomplete ?? [])];
  return {
    asOf: now.toISOString(),
    tenantId,
    days,
    complete: unread.length === 0,
    reasons: [...unread.map(({ reason }) => reason), ...(people.read?.notes ?? [])],
    mails,
    ownerless: ownerlessOf(walk.findings, findings),
  };
}

/** The widest window of a credential (design §4): what ends so long after the last day is warned about on it. */
const LONGEST_WINDOW_DAYS = 60;

function comesDue(credential: Assessed, now: Date, horizon: Date): boolean {
  const { selfRenewing, stage, expiresAt, status } = credential;
  if (stage !== null) return true;
  if (selfRenewing !== null || !isDated(status) || expiresAt === null) return false;
  return expiresAt > now && expiresAt <= horizon;
}

function isDated(status: Assessed['status']): boolean {
  return status !== 'neverExpires' && status !== 'unknownExpiry';
}

async function knownFindings(
  { findings }: PreviewDeps,
  tenantId: string,
): Promise<Map<string, Finding>> {
  const known = new Map<string, Finding>();
  for await (const finding of findings.ofTenant(tenantId)) known.set(finding.id, finding);
  return known;
}

function isTold(
  ledger: Ledger,
  { finding, stage, recipient: { address }, scope }: ForecastWarning,
): Promise<boolean> {
  const { tenantId, id: findingId, expiresAt } = finding;
  return ledger.knows({
    partition: partitionOf({ channel: MAIL, address, scope }),
    row: rowOf({ kind: 'ends', tenantId, findingId, expiresAt, stage }),
  });
}

function ownerlessOf(
  walked: readonly WalkedCredential[],
  findings: readonly Finding[],
): AlertPreview['ownerless'] {
  const holders = new Map<string, AlertPreview['ownerless'][number]>();
  walked.forEach(({ holder }, index) => {
    const finding = findings[index];
    const isOwned =
      finding === undefined ||
      finding.owners.length > 0 ||
      finding.related.some(({ relation }) => relation === 'ownsOtherHalf');
    const isDirectory = holder.type === 'application' || holder.type === 'servicePrincipal';
    if (isOwned || !isDirectory) return;
    const { objectId, displayName } = holder;
    holders.set(objectId ?? finding.id, { objectId, application: displayName });
  });
  return [...holders.values()];
}
