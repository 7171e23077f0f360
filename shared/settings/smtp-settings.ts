import { z } from 'zod';
import { isUnresolved, UNRESOLVED } from './unresolved-reference.ts';

/** A mail server that takes messages for delivery. */
export interface SmtpSettings {
  host: string;
  port: number;
  /** `tls`: from the first byte; `startTls`: required before anything is sent; `none`: on this machine only. */
  encryption: 'tls' | 'startTls' | 'none';
  /** Null where the server knows us otherwise; a password is then empty. */
  user: string | null;
  password: string;
}

export type MailTransport = 'graph' | 'none' | SmtpSettings;

/** KEYTURN_MAIL_TRANSPORT: `graph`, `none`, or `smtp(s)://user:password@host:port` with both percent-encoded. */
export const mailTransport = z.string().transform((text, context): MailTransport => {
  if (text === 'graph' || text === 'none') return text;
  const smtp = smtpOf(text);
  if (smtp !== null) return smtp;
  context.addIssue(
    isUnresolved(text)
      ? UNRESOLVED
      : 'It is none of graph, none, and smtp(s)://user:password@host:port.',
  );
  return z.NEVER;
});

/** RFC 8314 §3.3 for 465, RFC 6409 §3.1 for 587. */
const PORTS = { 'smtps:': 465, 'smtp:': 587 } as const;
const THIS_MACHINE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function smtpOf(text: string): SmtpSettings | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !isSmtp(url.protocol) || !isBare(url)) return null;
  const user = decoded(url.username);
  const password = decoded(url.password);
  // One without the other is half of what was meant.
  if (user === null || password === null || (user === '') !== (password === '')) return null;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORTS[url.protocol] : Number(url.port),
    encryption: encryptionOf(url),
    user: user === '' ? null : user,
    password,
  };
}

function isSmtp(protocol: string): protocol is keyof typeof PORTS {
  return protocol in PORTS;
}

function isBare({ hostname, pathname, search, hash }: URL): boolean {
  return hostname !== '' && /^\/?$/.test(pathname) && search === '' && hash === '';
}

function encryptionOf({ protocol, hostname }: URL): SmtpSettings['encryption'] {
  if (protocol === 'smtps:') return 'tls';
  return THIS_MACHINE.test(hostname.toLowerCase()) ? 'none' : 'startTls';
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
