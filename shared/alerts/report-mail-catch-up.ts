import { line, strong } from './mail-document.ts';
import { momentWords } from './mail-when.ts';
import type { ReportMailOptions, ReportPart } from './report-mail.ts';
import type { ReportItem } from './report-item.ts';

/** A check that did not start by itself. */
export function catchUpParts(
  reports: readonly ReportItem[],
  { now, timeZone }: ReportMailOptions,
): ReportPart[] {
  return reports
    .filter((report) => report.kind === 'catchUp')
    .map(({ dueAt, startedAt }) => ({
      subject: `the check that was due ${momentWords(dueAt, now, timeZone)} started late`,
      heading: 'A check did not start by itself',
      sections: [
        {
          title: null,
          cards: [
            {
              title: 'The timer did not start the nightly check',
              when: `Due ${momentWords(dueAt, now, timeZone)}; started ${momentWords(startedAt, now, timeZone)}.`,
              tone: 'soon',
              facts: [],
              notice: line`Nothing is lost: the check is done now, and warnings went out ${strong('late')}. If this comes again, the timers of the Function App have stopped; that happens after a deployment, and restarting the app starts them.`,
              steps: [],
              link: null,
              notes: [],
            },
          ],
          more: null,
        },
      ],
    }));
}
