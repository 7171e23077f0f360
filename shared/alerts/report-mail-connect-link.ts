import { line, strong, type Card } from './mail-document.ts';
import { momentWords } from './mail-when.ts';
import type { ReportMailOptions, ReportPart } from './report-mail.ts';
import type { ReportItem } from './report-item.ts';

type Used = Extract<ReportItem, { kind: 'connectLinkUsed' }>;

/** What connect links led to, and what is left to do. */
export function connectLinkParts(
  reports: readonly ReportItem[],
  options: ReportMailOptions,
): ReportPart[] {
  return reports
    .filter((report) => report.kind === 'connectLinkUsed')
    .map((used) => {
      const waits = used.result === 'pendingApproval';
      return {
        subject: waits
          ? `${used.connectionId} waits for your approval`
          : `the link for ${used.connectionId} was used`,
        heading: waits ? 'Somebody signed in: approve the account' : 'A connect link was used',
        sections: [{ title: null, cards: [cardOf(used, options)], more: null }],
      };
    });
}

function cardOf(
  { connectionId, result, issuedBy, at }: Used,
  { now, timeZone }: ReportMailOptions,
): Card {
  const waits = result === 'pendingApproval';
  const show = strong(`keyturn connections show ${connectionId}`);
  const approve = strong(`keyturn connections approve ${connectionId}`);
  return {
    title: `Connection ${connectionId}`,
    when: `${WORDS[result] ?? 'The link was used'} ${momentWords(at, now, timeZone)}, with the link that ${issuedBy} made.`,
    tone: waits ? 'soon' : 'later',
    facts: [],
    notice: waits
      ? line`It gives no tokens until you have looked who it was: ${show}. If it is the right account: ${approve}. If not, leave it, and make another link.`
      : line`Nothing is to be done. If nobody sent such a link, look who it was: ${show}.`,
    steps: [],
    link: null,
    notes: [],
  };
}

const WORDS: Record<string, string> = {
  connected: 'The expected account signed in',
  pendingApproval: 'Somebody signed in for the first time',
  consented: 'An administrator answered for the organisation',
};
