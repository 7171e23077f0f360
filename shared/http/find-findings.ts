import type { FindingStore } from '../checks/finding-store.ts';
import { AppError } from '../errors.ts';
import { DAY_MS } from '../expiry/status.ts';
import { toFindingAnswer, type AnswerOptions, type AnswerPolicy } from './finding-answer.ts';
import type { FindingAnswer, FindingsQuery } from './schemas.ts';

/** What an answer takes, with the policy of each tenant. */
export interface FindOptions extends Omit<AnswerOptions, keyof AnswerPolicy> {
  policyOf: (tenantId: string) => Promise<AnswerPolicy>;
}

export interface FindingsPage {
  findings: FindingAnswer[];
  /** What `after` of the next page is; null on the last one. */
  after: string | null;
}

/**
 * The open findings that a query asks for, by end, then id, unknown ends last (design §7). `limit` null: all of them.
 * Throws AppError `bad_request` for an `after` that is not ours.
 */
export async function findFindings(
  store: Pick<FindingStore, 'all' | 'ofTenant'>,
  query: Omit<FindingsQuery, 'limit'> & { limit: number | null },
  options: FindOptions,
): Promise<FindingsPage> {
  const { tenantId, limit } = query;
  const stored = tenantId === undefined ? store.all() : store.ofTenant(tenantId);
  const from = query.after === undefined ? null : positionOf(query.after);
  const found: FindingAnswer[] = [];
  const policyOf = once(options.policyOf);
  for await (const finding of stored) {
    if (finding.closedAt !== null) continue;
    const answer = toFindingAnswer(finding, {
      ...options,
      ...(await policyOf(finding.tenantId)),
    });
    if (isWanted(answer, query, options.now)) found.push(answer);
  }
  const rest = found
    .map((finding) => ({ finding, position: orderOf(finding) }))
    .filter(({ position }) => from === null || position > from)
    .sort((a, b) => (a.position < b.position ? -1 : 1));
  const page = limit === null ? rest : rest.slice(0, limit);
  const last = page.length < rest.length ? page.at(-1) : undefined;
  return {
    findings: page.map(({ finding }) => finding),
    after: last === undefined ? null : Buffer.from(last.position).toString('base64url'),
  };
}

/** Findings of a tenant come one after the other. */
function once<T>(read: (tenantId: string) => Promise<T>): (tenantId: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (tenantId) => {
    const policy = known.get(tenantId) ?? read(tenantId);
    known.set(tenantId, policy);
    return policy;
  };
}

function isWanted(
  finding: FindingAnswer,
  query: Pick<FindingsQuery, 'status' | 'withinDays'>,
  now: Date,
): boolean {
  if (query.status !== undefined && finding.status !== query.status) return false;
  if (query.withinDays === undefined || finding.expiresAt === null) return true;
  return Date.parse(finding.expiresAt) - now.getTime() <= query.withinDays * DAY_MS;
}

/** A text that sorts as findings do. The end is padded so that later is greater; "~" comes after every digit. */
function orderOf({ status, expiresAt, id, tenantId }: FindingAnswer): string {
  const end =
    status === 'unknownExpiry' || expiresAt === null
      ? '~'
      : String(Date.parse(expiresAt) + OFFSET_MS).padStart(17, '0');
  return `${end}\n${id}\n${tenantId}`;
}

/** Ends before 1970 have negative instants, which would not sort as text. */
const OFFSET_MS = 1e15;

function positionOf(after: string): string {
  const position = Buffer.from(after, 'base64url').toString('utf8');
  if (/^(?:\d{17}|~)\n.*\n[^\n]*$/s.test(position)) return position;
  throw new AppError('bad_request', 'Take "after" from the nextLink of the page before.');
}
