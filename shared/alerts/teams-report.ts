import { openUrl, paragraph, run, teamsMessage } from './adaptive-card.ts';
import { testWords, troubleWords } from './channel-words.ts';
import type { ReportItem } from './report-item.ts';

/** The card that shows that cards arrive, or says that operations cannot be reached by mail. */
export function teamsReport(reports: readonly ReportItem[], publicUrl: string): string {
  const lines = reports.flatMap(linesOf);
  const heading = lines[0]?.heading ?? 'Keyturn';
  return teamsMessage({
    fallbackText: heading,
    body: lines.flatMap(({ heading, text }) => [
      paragraph([run(heading, { weight: 'Bolder', size: 'Large' })]),
      paragraph([run(text)]),
    ]),
    actions: [openUrl('Open Keyturn', publicUrl)],
  });
}

function linesOf(report: ReportItem): { heading: string; text: string }[] {
  if (report.kind === 'channelTest')
    return [{ heading: 'This is a test: cards from Keyturn arrive', text: testWords(report) }];
  if (report.kind !== 'channelTrouble') return [];
  return [
    {
      heading: troubleWords(report),
      text: `${report.because} Please tell whoever runs Keyturn.`,
    },
  ];
}
