/** The status words of a connection (design §5) that an error can lead to. */
export type ConnectionStatus =
  | 'appCredentialBroken'
  | 'reauthorizationRequired'
  | 'adminActionRequired'
  | 'misconfigured'
  | 'degraded';

/** The portal page on which the cure is done. */
export type PortalPage =
  | 'credentials'
  | 'permissions'
  | 'authentication'
  | 'appRegistrations'
  | 'enterpriseApplications'
  | 'conditionalAccess'
  | 'users'
  | 'tenant'
  | 'keyVault'
  | 'serviceHealth';

/**
 * What an error means and what to do about it, as data. In `cause` and `steps`, `{application}` and the other members
 * of Fills stand for what the error text names, or for plain words where it names nothing.
 */
export interface ErrorRule {
  /** AADSTS numbers, or the words that a service puts into `error.code`; the first one gives the rule its name. */
  codes: string[];
  /** For errors that carry no code, over the text with its white space and quotes made plain. */
  pattern?: RegExp;
  /** Null where the error says nothing about a connection. */
  status: ConnectionStatus | null;
  title: string;
  cause: string;
  /** Which secret, certificate or permission it is about. */
  about: string;
  steps: string[];
  /** `never`: the same request cannot succeed. `whenFixed`: after the steps. `later`: by itself. */
  retry: 'never' | 'whenFixed' | 'later';
  page: PortalPage | null;
  /** Says less than any other code that stands beside it. */
  isGeneric?: boolean;
}
