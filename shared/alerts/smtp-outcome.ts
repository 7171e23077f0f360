import type { SendOutcome } from './notifier.ts';

interface Tried {
  host: string;
  from: string;
  now: Date;
}

/**
 * What a failed try to send by SMTP comes to. A code of 4xx asks to come back (RFC 5321 §4.2.1); where it is about how
 * much we send, or says so (RFC 3463: X.7.x, X.4.5, X.3.2, X.2.1), it is no try. 5xx is a refusal. Of what the server
 * said only its codes are repeated: its words may quote addresses.
 */
export function smtpOutcome(error: unknown, { host, from, now }: Tried): SendOutcome {
  const { code, responseCode, response } = factsOf(error);
  const said = [responseCode ?? code, enhancedIn(response)].filter((part) => part !== null);
  const words = said.join(' ');
  if (code === 'ETLS') return { status: 'refused', reason: noTlsWords(host) };
  if (responseCode === null) return { status: 'failed', reason: noAnswerWords(host, words) };
  if (responseCode >= 500)
    return { status: 'refused', reason: refusalWords(words, code, { host, from }) };
  if (isAboutRate(responseCode, response))
    return { status: 'throttled', notBefore: new Date(now.getTime() + PAUSE_MS) };
  return { status: 'failed', reason: `The mail server ${host} had trouble (${words}).` };
}

/** SMTP has no Retry-After; grey lists and rate limits open within minutes. */
const PAUSE_MS = 5 * 60_000;

interface SmtpFacts {
  /** Of nodemailer or of the socket: ETIMEDOUT, EAUTH, … */
  code: string | null;
  responseCode: number | null;
  response: string;
}

function factsOf(error: unknown): SmtpFacts {
  const facts = typeof error === 'object' && error !== null ? error : {};
  const code: unknown = Reflect.get(facts, 'code');
  const responseCode: unknown = Reflect.get(facts, 'responseCode');
  const response: unknown = Reflect.get(facts, 'response');
  return {
    code: typeof code === 'string' ? code : null,
    responseCode: typeof responseCode === 'number' && responseCode >= 400 ? responseCode : null,
    response: typeof response === 'string' ? response : '',
  };
}

/** RFC 3463: class, subject, detail. */
function enhancedIn(response: string): string | null {
  return /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0] ?? null;
}

function isAboutRate(responseCode: number, response: string): boolean {
  if (responseCode === 421 || responseCode === 450 || responseCode === 452) return true;
  return (
    /\b4\.(7\.\d+|4\.5|3\.2|2\.1)\b/.test(response) ||
    /too (many|much|fast)|rate|throttl|busy|gr[ea]y|try again|later/i.test(response)
  );
}

function noTlsWords(host: string): string {
  return `The mail server ${host} offers no encrypted connection, so nothing was sent. Use a server with STARTTLS, or smtps:// and its port, in KEYTURN_MAIL_TRANSPORT.`;
}

function noAnswerWords(host: string, said: string): string {
  const why = said === '' ? '' : ` (${said})`;
  return `The mail server ${host} gave no usable answer${why}. Check KEYTURN_MAIL_TRANSPORT, the server’s certificate, and whether this app may reach it: Azure blocks outgoing port 25, use 587.`;
}

function refusalWords(
  said: string,
  code: string | null,
  { host, from }: Pick<Tried, 'host' | 'from'>,
): string {
  if (code === 'EAUTH')
    return `The mail server ${host} does not accept the user name or password in KEYTURN_MAIL_TRANSPORT (${said}).`;
  return `The mail server ${host} refused a mail (${said}). Check that it may send as ${from}, and that the recipient’s address is right.`;
}
