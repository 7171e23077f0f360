import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const FIXTURES = new URL('../fixtures/smtp/', import.meta.url);
/** Self-signed for localhost and 127.0.0.1, for tests alone. */
export const SINK_CERTIFICATE = readFileSync(new URL('localhost-cert.pem', FIXTURES), 'utf8');

export interface SinkOptions {
  /** STARTTLS is offered unless told otherwise; `tls` is TLS from the first byte. */
  encryption?: 'startTls' | 'tls' | 'none';
  user?: { name: string; password: string };
  /** What a step says instead of yes. */
  refuse?: { at: 'connect' | 'mailFrom' | 'rcptTo' | 'data'; code: number; text: string };
  /** The server hangs up in the middle of a message. */
  hangsUp?: boolean;
}

export interface SmtpSink {
  port: number;
  received: { from: string; to: string[]; raw: string; secure: boolean; user: string | null }[];
  stop(): Promise<void>;
}

/** A real SMTP server on a free port of this machine. */
export async function smtpSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const { encryption = 'startTls', user, refuse } = options;
  const received: SmtpSink['received'] = [];
  const answer = (at: string): Error | null =>
    refuse?.at === at ? Object.assign(new Error(refuse.text), { responseCode: refuse.code }) : null;
  const server = new SMTPServer({
    secure: encryption === 'tls',
    key: readFileSync(new URL('localhost-key.pem', FIXTURES)),
    cert: SINK_CERTIFICATE,
    authOptional: user === undefined,
    disabledCommands: [
      ...(encryption === 'startTls' ? [] : ['STARTTLS' as const]),
      ...(user === undefined ? ['AUTH' as const] : []),
    ],
    onConnect: (_, done) => done(answer('connect')),
    onAuth: ({ username, password }, _, done) =>
      username === user?.name && password === user?.password
        ? done(null, { user: username })
        : done(Object.assign(new Error('5.7.8 No'), { responseCode: 535 })),
    onMailFrom: (_, __, done) => done(answer('mailFrom')),
    onRcptTo: (_, __, done) => done(answer('rcptTo')),
    onData: (stream, session, done) => {
      if (options.hangsUp === true) {
        for (const connection of server.connections) connection._socket.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refusal = answer('data');
        if (refusal !== null) return done(refusal);
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          secure: session.secure,
          user: session.user === undefined ? null : String(session.user),
        });
        return done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
