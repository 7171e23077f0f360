import { findingAt, type Finding } from '../checks/finding.ts';
import type { Thresholds } from '../expiry/thresholds.ts';
import type { Recipient, RecipientLists } from './recipients.ts';
import type { Reason } from './reasons.ts';
import { ALL_TENANTS } from './scopes.ts';
import { whoIsToldAt } from './who-is-told-at.ts';

/** One mail that would be sent. */
export interface ForecastMail {
  /** The night, ISO 8601. */
  at: string;
  address: string;
  /** A tenant's id, or `*`: one mail over all tenants. */
  scope: string;
  items: ForecastItem[];
}

interface ForecastItem {
  tenantId: string;
  findingId: string;
  /** Hostile text, like `name`. */
  application: string | null;
  name: string;
  stage: number;
  expiresAt: string | null;
  reason: Reason;
}

/** A warning, as the ledger knows it. */
export interface ForecastWarning {
  finding: Finding;
  stage: number;
  recipient: Recipient;
  scope: string;
}

export interface ForecastOptions {
  nights: readonly Date[];
  lists: RecipientLists;
  thresholds: Thresholds;
  /** Whether a warning went out (or is on its way) already. */
  isTold: (warning: ForecastWarning) => Promise<boolean>;
}

/**
 * Which mails these nights would send if nothing changed: nobody replaces anything, nobody leaves, and alerts are live.
 * By night, then address. What people promise over their links is not foreseen.
 */
export async function forecast(
  findings: readonly Finding[],
  options: ForecastOptions,
): Promise<ForecastMail[]> {
  const mails = new Map<string, ForecastMail>();
  for (const finding of findings.filter(isOpen)) {
    for (const { night, warning } of await warningsOf(finding, options)) {
      const { recipient, scope, stage } = warning;
      const at = night.toISOString();
      const key = [at, recipient.address.toLowerCase(), scope].join('\n');
      const mail = mails.get(key) ?? { at, address: recipient.address, scope, items: [] };
      mails.set(key, mail);
      const { tenantId, id, holder, name, expiresAt } = finding;
      const application = holder.displayName;
      const { reason } = recipient;
      mail.items.push({ tenantId, findingId: id, application, name, stage, expiresAt, reason });
    }
  }
  return [...mails]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, mail]) => ({ ...mail, items: mail.items.toSorted(byStage) }));
}

function isOpen({ closedAt, supersession }: Finding): boolean {
  return closedAt === null && supersession !== 'replacementInUse';
}

interface Planned {
  night: Date;
  warning: ForecastWarning;
}

async function warningsOf(finding: Finding, options: ForecastOptions): Promise<Planned[]> {
  const { nights, thresholds } = options;
  const spent = new Set<number>();
  const planned: Planned[] = [];
  for (const night of nights) {
    const { stage } = findingAt(finding, night, thresholds);
    if (stage === null || spent.has(stage)) continue;
    const who = whoIsToldAt({ ...finding, stage }, options.lists, night);
    if (who === null) continue;
    spent.add(stage);
    for (const recipient of who.told) {
      const scope = recipient.audience === 'owner' ? finding.tenantId : ALL_TENANTS;
      const warning = { finding, stage, recipient, scope };
      // Only what is due now can have gone out before.
      const mayBeTold = night === nights[0];
      if (!mayBeTold || !(await options.isTold(warning))) planned.push({ night, warning });
    }
  }
  return planned;
}

function byStage(one: ForecastItem, other: ForecastItem): number {
  return one.stage - other.stage || (one.findingId < other.findingId ? -1 : 1);
}
