import type { HttpResponseInit } from '@azure/functions';
import { findingsCalendar } from '../findings-ics.ts';
import { findingsCsv } from './findings-csv.ts';
import type { FindingAnswer } from './schemas.ts';

/** Findings as a file to keep: CSV for a spreadsheet, or a calendar (RFC 5545). */
export function findingsAs(
  format: 'csv' | 'ics',
  findings: readonly FindingAnswer[],
  now: Date,
): HttpResponseInit {
  const [type, text] =
    format === 'csv'
      ? (['text/csv; charset=utf-8; header=present', findingsCsv(findings)] as const)
      : (['text/calendar; charset=utf-8; method=PUBLISH', calendarOf(findings, now)] as const);
  return {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="keyturn-findings.${format}"`,
    },
    body: text,
  };
}

function calendarOf(findings: readonly FindingAnswer[], now: Date): string {
  return findingsCalendar(
    findings.map((finding) => ({
      ...finding,
      expiresAt: finding.expiresAt === null ? null : new Date(finding.expiresAt),
    })),
    now,
  );
}
