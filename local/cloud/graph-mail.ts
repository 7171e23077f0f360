import PostalMime, { type Address, type Email } from 'postal-mime';
import { badRequest, GraphFault } from './graph-error.ts';
import { findUser } from './graph-people.ts';
import type { GraphApp, GraphContext } from './graph.ts';
import { installation } from './installation.ts';
import type { Mail, World } from './world.ts';

/** Adds `POST /users/{id}/sendMail`, with JSON or base64 MIME (Microsoft Learn, "user: sendMail"). */
export function mailRoutes(app: GraphApp, world: World): void {
  app.post('/v1.0/users/:id/sendMail', async (c) => {
    const sender = mailboxOf(c);
    if (!maySendFrom(c, world, sender)) throw accessDenied();
    const isMime = (c.req.header('content-type') ?? '').startsWith('text/plain');
    const body = await c.req.text();
    const mail = isMime ? await fromMime(body) : fromJson(body);
    if (mail.to.length + mail.cc.length + mail.bcc.length === 0) throw noRecipients();
    world.mail.push({ ...mail, at: world.now().toISOString(), from: mail.from || sender });
    return c.body(null, 202);
  });
}

/**
 * The permission of Graph is for every mailbox; a role of Exchange adds single ones ("Role Based Access Control for
 * Applications in Exchange Online").
 */
function maySendFrom(c: GraphContext, { mailboxes }: World, sender: string): boolean {
  const { roles, identity } = c.get('caller');
  if (roles.includes('Mail.Send')) return true;
  const own = identity === null ? [] : (mailboxes.get(identity) ?? []);
  return own.some((mailbox) => mailbox.toLowerCase() === sender.toLowerCase());
}

type Draft = Omit<Mail, 'at'>;

function accessDenied(): GraphFault {
  return new GraphFault(
    { status: 403, code: 'ErrorAccessDenied' },
    'Access is denied. Check credentials and try again.',
  );
}

function noRecipients(): GraphFault {
  return badRequest(
    "At least one recipient is not valid., A message can't be sent because it contains no recipients.",
    'ErrorInvalidRecipients',
  );
}

/** The sender's address. The installation's own mailbox stands beside the directory, whoever replaces that. */
function mailboxOf(c: GraphContext): string {
  const name = c.req.param('id') ?? '';
  if (name.toLowerCase() === installation.mailFrom) return installation.mailFrom;
  const user = findUser(c.get('directory'), name);
  if (user === undefined) {
    throw new GraphFault(
      { status: 404, code: 'ErrorInvalidUser' },
      `The requested user '${name}' is invalid.`,
    );
  }
  if (typeof user['mail'] === 'string') return user['mail'];
  throw new GraphFault(
    { status: 404, code: 'MailboxNotEnabledForRESTAPI' },
    'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
  );
}

async function fromMime(body: string): Promise<Draft> {
  const base64 = body.replace(/\s+/g, '');
  if (base64 === '' || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    throw badRequest(
      'Invalid base64 string for MIME content.',
      'ErrorMimeContentInvalidBase64String',
    );
  }
  const email = await PostalMime.parse(Buffer.from(base64, 'base64'), {
    attachmentEncoding: 'utf8',
  });
  if (email.headers.length === 0) {
    throw badRequest('The MIME content is not a message.', 'ErrorMimeContentInvalid');
  }
  return fromEmail(email);
}

function fromEmail(email: Email): Draft {
  return {
    from: addresses(email.from === undefined ? [] : [email.from])[0] ?? '',
    to: addresses(email.to),
    cc: addresses(email.cc),
    bcc: addresses(email.bcc),
    subject: email.subject ?? '',
    text: email.text ?? '',
    html: email.html ?? '',
    attachments: email.attachments.map((attachment) => ({
      name: attachment.filename ?? '',
      type: attachment.mimeType,
      text: typeof attachment.content === 'string' ? attachment.content : '',
    })),
    headers: Object.fromEntries(email.headers.map(({ key, value }) => [key, value])),
  };
}

/** A group in an address header stands for its members. */
function addresses(list: Address[] | undefined): string[] {
  return (list ?? [])
    .flatMap((one) => (one.group === undefined ? [one.address] : one.group.map((m) => m.address)))
    .filter((address) => address !== undefined && address !== '');
}

interface Recipient {
  emailAddress?: { address?: string };
}

/** The members of Graph's `message` that a sent mail shows. */
interface GraphMessage {
  subject?: string;
  body?: { contentType?: string; content?: string };
  toRecipients?: Recipient[];
  ccRecipients?: Recipient[];
  bccRecipients?: Recipient[];
  attachments?: { name?: string; contentType?: string; contentBytes?: string }[];
  internetMessageHeaders?: { name: string; value: string }[];
}

function fromJson(body: string): Draft {
  const message = parseMessage(body);
  const content = message.body?.content ?? '';
  const isHtml = message.body?.contentType?.toLowerCase() === 'html';
  return {
    from: '',
    to: recipients(message.toRecipients),
    cc: recipients(message.ccRecipients),
    bcc: recipients(message.bccRecipients),
    subject: message.subject ?? '',
    text: isHtml ? '' : content,
    html: isHtml ? content : '',
    attachments: (message.attachments ?? []).map((attachment) => ({
      name: attachment.name ?? '',
      type: attachment.contentType ?? 'application/octet-stream',
      text: Buffer.from(attachment.contentBytes ?? '', 'base64').toString('utf8'),
    })),
    headers: Object.fromEntries(
      (message.internetMessageHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value]),
    ),
  };
}

function parseMessage(body: string): GraphMessage {
  try {
    const payload = JSON.parse(body) as { message?: GraphMessage; Message?: GraphMessage };
    const message = payload.message ?? payload.Message;
    if (message !== undefined) return message;
  } catch {
    throw badRequest('Unable to read JSON request payload.', 'BadRequest');
  }
  throw badRequest('The Message parameter is required.', 'ErrorInvalidParameter');
}

function recipients(list: Recipient[] | undefined): string[] {
  return (list ?? [])
    .map((recipient) => recipient.emailAddress?.address ?? '')
    .filter((address) => address !== '');
}
