import type { AlertItem } from './alert-item.ts';
import type { Playbooks } from './playbooks.ts';
import type { ReportItem } from './report-item.ts';

/** One message to one recipient, before it has a form: the channel gives it words and looks. */
export interface AlertMessage {
  /** The same for every try to deliver the same items. */
  id: string;
  address: string;
  /** A tenant's id, or one of the scopes in scopes.ts. */
  scope: string;
  items: AlertItem[];
  /** What to do in the systems that the items name. */
  playbooks?: Playbooks;
  /** With scope REPORTS: what operations are told about Keyturn itself; `items` is empty then. */
  reports?: ReportItem[];
  /** For mails to people: by {@link linkKey}, the address that lets this recipient answer. It is in that mail only. */
  links?: ReadonlyMap<string, string>;
}

/** Names an item's link within a message. */
export function linkKey({
  tenantId,
  findingId,
}: Pick<AlertItem, 'tenantId' | 'findingId'>): string {
  return `${tenantId} ${findingId}`;
}

/**
 * What came of it. `accepted` is the service's word, not a proof that anybody read it. Where a message went in several
 * parts, `accepted` lists the items of those that were taken before the trouble: they do not go out again.
 */
export type SendOutcome =
  | { status: 'accepted' }
  | ({ status: 'throttled'; notBefore: Date } & Partly)
  /** The service had trouble; the same message may go through later. */
  | ({ status: 'failed'; reason: string } & Partly)
  /** The service said no, and somebody must change something: the reason says what. Final: not to be tried again. */
  | ({ status: 'refused'; reason: string; isFinal?: boolean } & Partly);

interface Partly {
  accepted?: readonly AlertItem[];
}

/** A way to people. Never throws for what the service says. */
export interface Notifier {
  channel: string;
  /** True where a message holds one item: the oldest that waits, then the next. */
  isOneByOne?: boolean;
  send(message: AlertMessage): Promise<SendOutcome>;
}
