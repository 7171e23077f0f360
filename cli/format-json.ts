import { findingJson } from './finding-json.ts';
import type { ScanReport } from './scan-report.ts';

/** The report as JSON (contract: design §7). What was not read stands in `skipped`, whole lists included. */
export function formatJson(report: ScanReport): string {
  const { asOf, tenantId, complete, counts, findings, unread } = report;
  const json = JSON.stringify(
    {
      asOf: asOf.toISOString(),
      tenantId,
      complete,
      counts,
      findings: findings.map(findingJson),
      skipped: unread,
    },
    null,
    2,
  );
  // Names are hostile and the result may land in a terminal: what would act there is escaped, as JSON allows.
  return `${json.replace(ACTIVE, escaped)}\n`;
}

const ACTIVE = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
