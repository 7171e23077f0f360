import type { AlertItem } from './alert-item.ts';
import type { ReportItem } from './report-item.ts';

/** One message to one recipient, before it has a form: the channel gives it words and looks. */
export interface AlertMessage {
  /** The same for every try to deliver the same items. */
  id: string;
  address: string;
  /** A tenant's id, or one of the scopes in scopes.ts. */
  scope: string;
  items: AlertItem[];
  /** With scope REPORTS: what operations are told about Keyturn itself; `items` is empty then. */
  reports?: ReportItem[];
}

/** What came of it. `accepted` is the service's word, not a proof that anybody read it. */
export type SendOutcome =
  | { status: 'accepted' }
  | { status: 'throttled'; notBefore: Date }
  /** The service had trouble; the same message may go through later. */
  | { status: 'failed'; reason: string }
  /** The service said no, and somebody must change something: the reason says what. */
  | { status: 'refused'; reason: string };

/** A way to people. Never throws for what the service says. */
export interface Notifier {
  channel: string;
  send(message: AlertMessage): Promise<SendOutcome>;
}
