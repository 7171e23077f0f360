import { line, strong } from './mail-document.ts';
import { momentWords } from './mail-when.ts';
import type { ReportMailOptions, ReportPart } from './report-mail.ts';
import type { ReportItem } from './report-item.ts';

/** The way back in was used, by whoever holds the host's master key. */
export function masterKeyParts(
  reports: readonly ReportItem[],
  { now, timeZone }: ReportMailOptions,
): ReportPart[] {
  return reports
    .filter((report) => report.kind === 'masterKeyUsed')
    .map(({ name, at }) => ({
      subject: `a new administrator key was made with the master key`,
      heading: 'Was this one of you?',
      sections: [
        {
          title: null,
          cards: [
            {
              title: `A new administrator key “${name}”`,
              when: `Made ${momentWords(at, now, timeZone)} with the master key of the Function App.`,
              tone: 'soon',
              facts: [],
              notice: line`There was a valid administrator key already, so this was somebody who lost theirs, or somebody who should not be there. If nobody knows of it: ${strong('revoke the key')} (DELETE /api/keys/${name}), renew the master key in the portal (Function App, App keys, _master), and read the audit from then on.`,
              steps: [],
              link: null,
              notes: ['The audit of Keyturn has the address from which it was made.'],
            },
          ],
          more: null,
        },
      ],
    }));
}
