import { retryAfterMs } from '../graph/graph-retry.ts';
import type { EgressAnswer } from '../egress.ts';
import type { SendOutcome } from './notifier.ts';

/** What a workflow's answer to one card comes to; `tooLarge` asks for smaller cards. */
export type TeamsVerdict = SendOutcome | { status: 'tooLarge' };

/**
 * Reads the answer of a Teams webhook. 202 says that a flow was started, nothing about the channel. Old connectors, and
 * flows that answer themselves, report failures in the body of a 200 (row 119, 120 of the collected answers), so a body
 * with an error in it is a failure whatever the status. Nothing of the address and no more than a code is repeated.
 */
export function teamsVerdict(answer: EgressAnswer, now: Date): TeamsVerdict {
  const status = statusOf(answer);
  if (status === 413) return { status: 'tooLarge' };
  if (status === 429) {
    const pauseMs = retryAfterMs(headerOf(answer), now.getTime()) ?? UNTOLD_PAUSE_MS;
    return { status: 'throttled', notBefore: new Date(now.getTime() + pauseMs) };
  }
  if (status < 300) return { status: 'accepted' };
  const said = [status, codeIn(answer.text)].filter((part) => part !== null).join(' ');
  if (status >= 500) {
    return { status: 'failed', reason: `The Teams workflow had trouble (${said}).` };
  }
  return { status: 'refused', reason: refusalWords(status, said) };
}

const UNTOLD_PAUSE_MS = 60_000;

function headerOf({ headers }: EgressAnswer): string | undefined {
  return headers['retry-after'];
}

/** The status that counts: that of the service behind, where the body tells it. */
function statusOf({ status, text }: EgressAnswer): number {
  if (status >= 300) return status;
  const behind = /\bHTTP error (\d{3})\b/i.exec(text)?.[1];
  if (behind !== undefined) return Number(behind);
  return /\b(error|failed|failure|exception)\b/i.test(text) ? 400 : status;
}

/** Bodies are copied, wrapped and cut on their way, so the code is looked for in the text, not in JSON. */
function codeIn(text: string): string | null {
  return /"code"\s*:\s*"([\w.]{1,60})"/.exec(text)?.[1] ?? null;
}

const ADDRESS_FIX =
  'Open the workflow in Teams, copy the whole address of its trigger again, sig included, into KEYTURN_TEAMS_WEBHOOK_URL, and change nothing in it.';

function refusalWords(status: number, said: string): string {
  if (/TriggerIsNotEnabled|Suspended|Disabled/i.test(said)) {
    return `The Teams workflow is switched off or suspended (${said}). Its owner can turn it on in Power Automate; where a policy suspended it, a Power Platform administrator can.`;
  }
  if (status === 404 || status === 410) {
    return `The Teams workflow is gone (${said}). Create it again, as a service account that stays, and set KEYTURN_TEAMS_WEBHOOK_URL to its address.`;
  }
  if (status === 401 || status === 403 || /ApiVersion|DirectApi/.test(said)) {
    return `The Teams workflow does not accept the address (${said}). ${ADDRESS_FIX}`;
  }
  return `The Teams workflow refused a card (${said}). Check that it was made from the template “Send webhook alerts to a channel” and that its last runs in Power Automate were successful.`;
}
