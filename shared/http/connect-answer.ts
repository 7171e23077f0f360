import { z } from 'zod';
import type { ConnectAsked, ConnectChoice } from '../broker/connect-by-link.ts';
import { displayText } from '../display-text.ts';
import type { Connection } from '../connections/connection.ts';
import { PAGES } from './callback-page.ts';

/** What `POST /api/act` says of a connect link. */
export const connectAnswer = z.strictObject({
  connect: z.strictObject({
    id: z.string(),
    purpose: z.enum(['signIn', 'adminConsent', 'onboarding']),
    title: z.string(),
    /** The service behind the connection, in words. */
    service: z.string(),
    /** The tenant's id, or who signs people in. */
    organisation: z.string(),
    /** The account to sign in with, where one is expected. */
    account: z.string().nullable(),
    /** What came of the last try with this link. */
    lastTime: z.string().nullable(),
    endsAt: z.iso.datetime(),
  }),
  choices: z.array(
    z.strictObject({
      choice: z.enum(['signIn', 'adminConsent']),
      label: z.string(),
      says: z.string(),
    }),
  ),
});

/** Where the browser goes to sign in. */
export const signInAnswer = z.strictObject({ url: z.url() });

/** What the holder of a connect link is told: what is asked, and for whom; no more than that. */
export function toConnectAnswer({
  connection,
  link,
  choices,
}: ConnectAsked): z.output<typeof connectAnswer> {
  const { purpose, account, lastResult, endsAt } = link;
  return {
    connect: {
      id: connection.id,
      purpose,
      title: displayText(connection.displayName, 120),
      service: serviceOf(connection),
      organisation: connection.tenantId ?? hostOf(connection.oauth2?.issuer ?? null),
      account: account === null ? null : displayText(account),
      lastTime: lastResult === null ? null : (PAGES[lastResult]?.title ?? null),
      endsAt,
    },
    choices: choices.map((choice) => ({
      choice,
      label: LABELS[choice],
      says: saysOf(choice, connection),
    })),
  };
}

const KINDS: Record<Connection['kind'], string> = {
  businessCentral: 'Business Central',
  dataverse: 'Dataverse',
  oauth2: 'a web service',
};

function serviceOf({ kind, serviceUrl }: Connection): string {
  if (serviceUrl === null) return KINDS[kind];
  const { hostname, pathname } = new URL(serviceUrl);
  const environment = kind === 'businessCentral' ? environmentIn(pathname) : '';
  const name = environment === '' ? KINDS[kind] : `${KINDS[kind]}, ${decoded(environment)}`;
  return `${displayText(name)} (${hostname})`;
}

/** /v2.0/{tenant}/{environment}/…, or without the tenant. */
function environmentIn(pathname: string): string {
  const parts = pathname.split('/').filter((part) => part !== '');
  const [first = '', second = ''] = parts.slice(1);
  return /^[\da-f-]{36}$/i.test(first) || first.includes('.') ? second : first;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hostOf(url: string | null): string {
  return url === null ? 'the provider of the service' : new URL(url).hostname;
}

const LABELS: Record<ConnectChoice, string> = {
  signIn: 'Go to the sign-in page',
  adminConsent: 'I am an administrator: agree for everybody',
};

function saysOf(choice: ConnectChoice, { kind, oauth2 }: Connection): string {
  const where =
    kind === 'oauth2' ? hostOf(oauth2?.authorizationEndpoint ?? null) : 'Microsoft Entra';
  return choice === 'signIn'
    ? `You sign in at ${where}, not here: Keyturn never sees your password. If you are signed in with another account, open the link in a private window.`
    : `${where} shows what the application may do, and asks you to agree for your whole organisation. You need the role of an administrator there.`;
}
