import type { WalkedCredential } from '../shared/checks/walk.ts';
import { DAY_MS } from '../shared/expiry/status.ts';
import type { ScanReport } from './scan-report.ts';
import { plural } from './number-words.ts';

/** Findings that need the same thing from a person, under one heading. */
export interface Section {
  title: string;
  findings: WalkedCredential[];
}

/**
 * What needs someone first: what stopped lately, then what ends soon, then unknown ends. Leftovers of years ago, what
 * the platform looks after, and (with `--all`) what can wait come last. Empty sections are left out.
 */
export function sectionsOf({ findings, asOf, withinDays }: ScanReport): Section[] {
  const groups = new Map<Group, WalkedCredential[]>(GROUPS.map((group) => [group, []]));
  for (const finding of findings) groups.get(groupOf(finding, asOf, withinDays))?.push(finding);
  // Of what stopped, the latest matters most; the findings come with the oldest end first.
  groups.get('stopped')?.reverse();
  groups.get('leftover')?.reverse();
  return GROUPS.map((group) => ({
    title: titleOf(group, withinDays),
    findings: groups.get(group) ?? [],
  })).filter((section) => section.findings.length > 0);
}

const GROUPS = ['stopped', 'ending', 'unknown', 'leftover', 'selfRenewing', 'later'] as const;
type Group = (typeof GROUPS)[number];

/** After two months somebody has noticed, or nobody uses it. */
const LATELY_DAYS = 60;

function groupOf(finding: WalkedCredential, asOf: Date, withinDays: number): Group {
  const { status, expiresAt, selfRenewing, renewalFailed } = finding;
  if (selfRenewing !== null && !renewalFailed) return 'selfRenewing';
  if (status === 'unknownExpiry' || expiresAt === null) return 'unknown';
  const leftDays = (expiresAt.getTime() - asOf.getTime()) / DAY_MS;
  if (status === 'expired') return leftDays >= -LATELY_DAYS ? 'stopped' : 'leftover';
  return leftDays <= withinDays ? 'ending' : 'later';
}

function titleOf(group: Group, withinDays: number): string {
  const titles: Record<Group, string> = {
    stopped: `Stopped in the last ${String(LATELY_DAYS)} days`,
    ending: `Ends within ${plural(withinDays, 'day')}`,
    unknown: 'Nobody can tell when it ends',
    leftover: 'Stopped long ago: remove it if nothing uses it',
    selfRenewing: 'Looked after by the platform, nothing to do',
    later: 'Can wait',
  };
  return titles[group];
}
