import type { Step } from './step.ts';
import type { Wanted } from './wanted.ts';

/** What stands in the sheet until the identity is there to be looked up. */
export interface MonitorIds {
  appId: string | null;
  objectId: string | null;
}

/**
 * One mailbox for the monitor identity, and no other (Microsoft Learn, "Role Based Access Control for Applications in
 * Exchange Online"). The ids are those of the enterprise application, never those of a registration. Nothing without mail.
 */
export function exchangeSteps({ name, mailFrom }: Wanted, ids: MonitorIds): Step[] {
  if (mailFrom === null) return [];
  const app = quoted(ids.objectId ?? 'PASTE monitorPrincipalId');
  const scope = quoted(`${name} mailbox`);
  const assignment = quoted(`${name} Mail.Send`);
  return [
    exchangeStep({
      what: 'Make the identity known to Exchange',
      why: 'Exchange gives roles only to what it knows. This gives nothing yet.',
      commands: [
        `New-ServicePrincipal -AppId ${quoted(ids.appId ?? 'PASTE monitorClientId')} -ObjectId ${app} -DisplayName ${quoted(`${name}-monitor`)}`,
      ],
      undo: [`Remove-ServicePrincipal -Identity ${app} -Confirm:$false`],
    }),
    exchangeStep({
      what: 'Say which mailbox is meant',
      why: `The role of the next step reaches no further than this scope: ${mailFrom}.`,
      commands: [
        `New-ManagementScope -Name ${scope} -RecipientRestrictionFilter "PrimarySmtpAddress -eq '${mailFrom}'"`,
      ],
      undo: [`Remove-ManagementScope -Identity ${scope} -Confirm:$false`],
    }),
    exchangeStep({
      what: 'Let it send from that mailbox',
      why: 'Keyturn sends its warnings from there. It cannot read the mailbox, and send from no other.',
      commands: [
        `New-ManagementRoleAssignment -Name ${assignment} -App ${app} -Role 'Application Mail.Send' -CustomResourceScope ${scope}`,
        `Test-ServicePrincipalAuthorization -Identity ${app} -Resource ${quoted(mailFrom)}`,
      ],
      undo: [`Remove-ManagementRoleAssignment -Identity ${assignment} -Confirm:$false`],
      note: 'The test should say InScope True. It can take two hours to count.',
    }),
  ];
}

function exchangeStep(step: Pick<Step, 'what' | 'why' | 'commands' | 'undo' | 'note'>): Step {
  return { role: 'exchange', shell: 'powershell', ...step };
}

/** PowerShell's literal quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
