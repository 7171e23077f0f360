import type { Finding } from '../checks/finding.ts';
import type { Run } from '../checks/run.ts';
import { cleanUpOf } from '../expiry/clean-up.ts';
import { muteOf } from '../expiry/mute.ts';
import { DAY_MS } from '../expiry/status.ts';
import { actsOn } from './muting.ts';
import type { Act } from './act.ts';
import type { DigestEntry, DigestSection } from './digest-item.ts';
import { credentialWords } from './mail-card.ts';

/** One tenant as the digest sees it. */
export interface DigestTenant {
  tenantId: string;
  tenantName: string | null;
  /** The last run that ended. */
  run: Run | null;
  acts: readonly Act[];
}

type About = DigestSection['about'];
export type DigestLists = Map<About, DigestEntry[]>;

/** What an open finding says in the digest, by section; most say nothing. Pure. */
export function addFinding(
  lists: DigestLists,
  finding: Finding,
  { tenant, now }: { tenant: DigestTenant; now: Date },
): void {
  const add = (about: About, at: string | null, words: string) =>
    addTo(lists, about, { ...placeOf(tenant), name: nameOf(finding), at, words });
  const silence = silenceOf(finding, tenant.acts, now);
  if (silence !== null) add('silenced', silence.until, `${what(finding)}: ${silence.words}`);
  for (const fault of finding.policy?.faults ?? []) add('faults', null, fault);
  const cleanUp = cleanUpOf(finding, now);
  if (cleanUp !== null) {
    add('cleanUp', null, `${what(finding)}. ${cleanUp.words}`);
    return;
  }
  addEnd(add, finding, now);
  if (finding.stage !== null && hasNoOwner(finding, tenant)) add('ownerless', null, what(finding));
}

/** How far each tenant was read, those with trouble first. */
export function addCoverage(lists: DigestLists, tenants: readonly DigestTenant[]): void {
  const isWhole = ({ run }: DigestTenant) => run?.status === 'complete' && !run.suspicious;
  const worstFirst = [
    ...tenants.filter((tenant) => !isWhole(tenant)),
    ...tenants.filter((tenant) => isWhole(tenant)),
  ];
  for (const tenant of worstFirst) {
    const words = coverageWords(tenant.run);
    const name = tenant.tenantName ?? `Tenant ${tenant.tenantId}`;
    addTo(lists, 'coverage', {
      ...placeOf(tenant),
      name,
      at: tenant.run?.endedAt ?? null,
      words,
    });
  }
}

const REPORTED_DAYS = 60;

function addEnd(
  add: (about: About, at: string | null, words: string) => void,
  finding: Finding,
  now: Date,
): void {
  const { expiresAt, selfRenewing, renewalFailed, supersession } = finding;
  if (expiresAt === null || supersession === 'replacementInUse') return;
  if (selfRenewing !== null && !renewalFailed) return;
  const leftMs = Date.parse(expiresAt) - now.getTime();
  if (leftMs <= 0) add('ended', expiresAt, what(finding));
  else if (leftMs <= REPORTED_DAYS * DAY_MS) add('ending', expiresAt, what(finding));
}

/** Why nobody is told at present, and until when. */
function silenceOf(
  finding: Finding,
  acts: readonly Act[],
  now: Date,
): { until: string; words: string } | null {
  const mute = muteOf(finding.policy, now);
  if (mute !== null) {
    const who = mute.who === null ? '' : ` (${mute.who})`;
    return { until: mute.until, words: `${MUTE_WORDS[mute.because]}${who}` };
  }
  const promise = actsOn(finding, acts).findLast(({ kind }) => kind === 'promised');
  if (promise === undefined || promise.kind !== 'promised') return null;
  const until = `${promise.until}T23:59:59Z`;
  return Date.parse(until) <= now.getTime()
    ? null
    : { until, words: `promised by ${promise.by}, by link` };
}

const MUTE_WORDS = {
  ignored: 'to be ignored, as its owners wrote',
  managedBySomebodyElse: 'replaced by somebody else, as its owners wrote',
  promised: 'promised, as its owners wrote',
} as const;

/** Only where owners were looked up: a list that could not be read is not an empty one. */
function hasNoOwner({ owners, holder }: Finding, { run }: DigestTenant): boolean {
  const isOwned = holder.type === 'application' || holder.type === 'servicePrincipal';
  return isOwned && owners.length === 0 && run?.coverage['owners']?.complete === true;
}

function coverageWords(run: Run | null): string {
  if (run === null) return 'never checked';
  const lists = Object.entries(run.coverage).map(
    ([list, { read, complete }]) => `${list} ${read}${complete ? '' : ', not all'}`,
  );
  const reasons = run.reasons.length === 0 ? '' : ` ${run.reasons[0]}`;
  return `${run.suspicious ? 'doubtful' : run.status}: ${lists.join('; ')}.${reasons}`;
}

function what({ type, name, hint, holder, owners }: Finding): string {
  const people = owners.flatMap(({ displayName, address }) => displayName ?? address ?? []);
  const owned = people.length === 0 ? '' : `, owned by ${people.slice(0, 3).join(', ')}`;
  return `${credentialWords({ type, name, hint, holder })}${owned}`;
}

function nameOf({ holder, name }: Finding): string {
  return holder.displayName ?? name;
}

function placeOf({
  tenantId,
  tenantName,
}: DigestTenant): Pick<DigestEntry, 'tenantId' | 'tenantName'> {
  return { tenantId, tenantName };
}

function addTo(lists: DigestLists, about: About, entry: DigestEntry): void {
  lists.set(about, [...(lists.get(about) ?? []), entry]);
}
