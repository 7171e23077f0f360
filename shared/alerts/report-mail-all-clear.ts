import type { ReportPart } from './report-mail.ts';
import type { ReportItem } from './report-item.ts';

/** "Nothing found", where a night has proven it. */
export function allClearParts(reports: readonly ReportItem[]): ReportPart[] {
  return reports
    .filter((report) => report.kind === 'allClear')
    .map(({ tenants, applications, servicePrincipals, credentials }) => {
      const read = `Read ${counted(applications)} applications and ${counted(servicePrincipals)} enterprise applications in ${counted(tenants)} ${tenants === 1 ? 'tenant' : 'tenants'} to the end, with ${counted(credentials)} secrets and certificates.`;
      return {
        subject: `all clear: nothing needs anybody (${counted(applications)} applications read)`,
        heading: 'All clear',
        sections: [
          {
            title: null,
            cards: [
              {
                title: 'Nothing needs anybody',
                when: read,
                tone: 'later',
                facts: [],
                notice: null,
                steps: [],
                link: null,
                notes: [
                  'You get this after every night that finds nothing, because KEYTURN_ALL_CLEAR is on.',
                ],
              },
            ],
            more: null,
          },
        ],
      };
    });
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}
