import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ChannelStates } from './channel-states.ts';
import type { AlertMessage, Notifier, SendOutcome } from './notifier.ts';
import {
  ALL_TENANTS,
  MAIL,
  REPORTS,
  TEAMS,
  THE_TEAMS_CHANNEL,
  THE_WEBHOOK,
  WEBHOOK,
} from './scopes.ts';

export interface TestChannelDeps {
  notifiers: readonly Notifier[];
  /** KEYTURN_OPERATIONS_RECIPIENTS: who gets a test mail. */
  operations: readonly string[];
  states: Pick<ChannelStates, 'note'>;
  /** What will go wrong with a channel although it answers, and what to do; null where nothing is known. */
  warningOf: (channel: string) => string | null;
  clock: Pick<Clock, 'now'>;
  newId: () => string;
  log: Log;
}

/** What a test came to. `accepted` is the service's word only. */
export interface ChannelTested {
  channel: string;
  status: SendOutcome['status'] | 'off';
  /** What the service answered, and what to look at or to do next. */
  detail: string;
  sentTo: string[];
}

/** Sends a test message now, whatever the mode: to operations, to the Teams channel, or to the webhook. Once, no retry. */
export async function testChannel(deps: TestChannelDeps, channel: string): Promise<ChannelTested> {
  const tested = await sendTest(deps, channel);
  const warning = tested.status === 'off' ? null : deps.warningOf(channel);
  return warning === null ? tested : { ...tested, detail: `${tested.detail} ${warning}` };
}

async function sendTest(deps: TestChannelDeps, channel: string): Promise<ChannelTested> {
  const notifier = deps.notifiers.find((one) => one.channel === channel);
  if (notifier === undefined)
    return { channel, status: 'off', detail: offWords(channel), sentTo: [] };
  const addresses = addressesOf(channel, deps);
  if (addresses.length === 0) return { channel, status: 'off', detail: NOBODY, sentTo: [] };
  const sentTo: string[] = [];
  for (const address of addresses) {
    const outcome = await send(deps, notifier, address);
    await deps.states.note(channel, outcome);
    if (outcome.status !== 'accepted')
      return { channel, status: outcome.status, detail: troubleOf(outcome), sentTo };
    sentTo.push(address);
  }
  return { channel, status: 'accepted', detail: acceptedWords(channel, sentTo), sentTo };
}

function addressesOf(channel: string, { operations }: TestChannelDeps): readonly string[] {
  if (channel === MAIL) return operations;
  return [channel === TEAMS ? THE_TEAMS_CHANNEL : THE_WEBHOOK];
}

async function send(
  { clock, newId, log }: TestChannelDeps,
  notifier: Notifier,
  address: string,
): Promise<SendOutcome> {
  const at = clock.now().toISOString();
  const about = { tenantId: ALL_TENANTS, tenantName: null };
  const message: AlertMessage = {
    id: newId().replaceAll('-', ''),
    address,
    scope: REPORTS,
    items: [],
    reports: [{ ...about, kind: 'channelTest', why: 'asked', at }],
  };
  try {
    return await notifier.send(message);
  } catch (cause) {
    log.error('a test message could not be written', { channel: notifier.channel });
    throw new AppError('internal_error', 'Keyturn could not write the message: see its log.', {
      cause,
    });
  }
}

function troubleOf(outcome: Exclude<SendOutcome, { status: 'accepted' }>): string {
  return outcome.status === 'throttled'
    ? `The service is busy and asks to wait until ${outcome.notBefore.toISOString()}.`
    : outcome.reason;
}

const NOBODY =
  'A test mail goes to operations, and nobody is in KEYTURN_OPERATIONS_RECIPIENTS. Set it.';

const SETTINGS: Record<string, string> = {
  [MAIL]: 'KEYTURN_MAIL_FROM',
  [TEAMS]: 'KEYTURN_TEAMS_WEBHOOK_URL',
  [WEBHOOK]: 'KEYTURN_WEBHOOK_URL and KEYTURN_WEBHOOK_SECRETS',
};

function offWords(channel: string): string {
  return `This channel is not set up. Set ${SETTINGS[channel] ?? 'its settings'}.`;
}

function acceptedWords(channel: string, sentTo: readonly string[]): string {
  if (channel === MAIL)
    return `The mail service has accepted it. Accepted is not delivered: look into the mailbox of ${sentTo.join(', ')}.`;
  if (channel === TEAMS)
    return 'The workflow has accepted it. Accepted is not delivered, as the flow runs afterwards: look at the Teams channel. If nothing is there, look at the flow’s last runs in Power Automate.';
  return 'The webhook’s receiver has accepted it. Look there for an event of type “test”.';
}
