import { line, strong, type Card } from './mail-document.ts';
import { momentWords } from './mail-when.ts';
import { testWords, troubleWords } from './channel-words.ts';
import type { ReportItem } from './report-item.ts';
import type { ReportMailOptions, ReportPart } from './report-mail.ts';

/** What operations read about the ways to people: one that fails for good, and that this one works. */
export function channelParts(
  reports: readonly ReportItem[],
  options: ReportMailOptions,
): ReportPart[] {
  const troubles = reports.filter((report) => report.kind === 'channelTrouble');
  const [test] = reports.filter((report) => report.kind === 'channelTest');
  return [
    ...troubles.map((trouble) => ({
      subject: troubleWords(trouble),
      heading: 'A channel does not work',
      sections: [{ title: null, cards: [troubleCard(trouble)], more: null }],
    })),
    ...(test === undefined
      ? []
      : [
          {
            subject: test.why === 'asked' ? 'test message' : 'monthly test message',
            heading: 'This is a test: mail from Keyturn arrives',
            sections: [{ title: null, cards: [testCard(test, options)], more: null }],
          },
        ]),
  ];
}

type Trouble = Extract<ReportItem, { kind: 'channelTrouble' }>;
type Test = Extract<ReportItem, { kind: 'channelTest' }>;

function troubleCard(trouble: Trouble): Card {
  return {
    title: troubleWords(trouble),
    when: 'Given up after several tries',
    tone: 'soon',
    facts: [{ label: 'Because', value: trouble.because }],
    notice: null,
    steps: [
      line`Do what it says above.`,
      line`Run ${strong(`keyturn test-alert ${trouble.channel}`)} to see whether it works again.`,
    ],
    link: null,
    notes: [],
  };
}

function testCard(test: Test, { now, timeZone }: ReportMailOptions): Card {
  return {
    title: 'Nothing ends, and there is nothing to do',
    when: `Sent ${momentWords(test.at, now, timeZone)}`,
    tone: 'later',
    facts: [],
    notice: line`${testWords(test)}`,
    steps: [],
    link: null,
    notes: [],
  };
}
