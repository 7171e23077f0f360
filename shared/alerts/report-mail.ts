import { line, type MailDocument, type Section } from './mail-document.ts';
import { allClearParts } from './report-mail-all-clear.ts';
import { digestParts } from './report-mail-digest.ts';
import { catchUpParts } from './report-mail-catch-up.ts';
import { channelParts } from './report-mail-channels.ts';
import { coverageParts } from './report-mail-coverage.ts';
import { connectLinkParts } from './report-mail-connect-link.ts';
import { masterKeyParts } from './report-mail-master-key.ts';
import type { ReportItem } from './report-item.ts';

export interface ReportMailOptions {
  now: Date;
  /** IANA name of the zone in which people are told the time. */
  timeZone: string;
}

/** What one kind of report adds to the mail. */
export interface ReportPart {
  /** What the subject line says when this is the most important part. */
  subject: string;
  heading: string;
  sections: Section[];
}

/**
 * The mail that tells operations how Keyturn itself does. The parts come in the order of their weight, and the first
 * one gives subject and heading. Pure.
 */
export function reportMailOf(
  reports: readonly ReportItem[],
  options: ReportMailOptions,
): Omit<MailDocument, 'footer'> {
  const parts = [
    ...masterKeyParts(reports, options),
    ...connectLinkParts(reports, options),
    ...coverageParts(reports, options),
    ...catchUpParts(reports, options),
    ...digestParts(reports, options),
    ...allClearParts(reports),
    ...channelParts(reports, options),
  ];
  const [first] = parts;
  return {
    subject: `[Keyturn] ${first?.subject ?? 'report'}`,
    heading: first?.heading ?? 'Report',
    intro: [
      line`You get this because you run Keyturn (operations list). Nobody else was told this.`,
    ],
    sections: parts.flatMap(({ sections }) => sections),
  };
}
