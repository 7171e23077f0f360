import type { PortalLink } from './portal-page.ts';
import type { ConnectionStatus } from './rule.ts';

/** What an error means for a person: what it is about, and what to do in order. Plain text; encode per sink. */
export interface Explanation {
  /** `AADSTS7000222`, `Authorization_RequestDenied`, `HTTP 504`; null when only the wording was known. */
  code: string | null;
  /** What Keyturn would show for a connection that gets this answer (design §5). */
  status: ConnectionStatus | null;
  title: string;
  cause: string;
  /** Which application, or that the text does not say. */
  application: string;
  tenant: string;
  /** Which secret, certificate or permission. */
  about: string;
  retry: string;
  steps: string[];
  link: PortalLink | null;
  /** What else the text names, for the administrator: ids, times, the message of an unknown error. */
  details: { label: string; value: string }[];
  warnings: string[];
}

/** What was recognised; `null` explanation: nothing was. Warnings hold in both cases. */
export type Explained =
  { isRecognised: true; explanation: Explanation } | { isRecognised: false; warnings: string[] };
