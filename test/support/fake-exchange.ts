import { installation } from '../../local/cloud/installation.ts';
import type { World } from '../../local/cloud/world.ts';

/**
 * What an Exchange administrator's PowerShell does, for the four cmdlets of the sheet (Microsoft Learn, "Role Based Access
 * Control for Applications in Exchange Online"). Throws for anything else, and for ids that are not the identity's.
 */
export function fakeExchange(world: World): (commands: string) => void {
  const { monitor } = installation.identities;
  const principals = new Set<string>();
  const scopes = new Map<string, string>();
  const run = (line: string) => {
    const [cmdlet = ''] = line.split(' ', 1);
    const parameters = new Map(
      [...line.matchAll(/-(\w+) (?:'([^']*)'|"([^"]*)")/g)].map(([, name = '', one, other]) => [
        name,
        one ?? other ?? '',
      ]),
    );
    const of = (name: string) => parameters.get(name) ?? '';
    if (cmdlet === 'New-ServicePrincipal') {
      if (of('AppId') !== monitor.clientId || of('ObjectId') !== monitor.objectId) {
        throw new Error(`no such enterprise application: ${line}`);
      }
      principals.add(of('ObjectId'));
    } else if (cmdlet === 'New-ManagementScope') {
      const filter = /^PrimarySmtpAddress -eq '([^']+)'$/.exec(of('RecipientRestrictionFilter'));
      if (filter?.[1] === undefined) throw new Error(`a filter that is not understood: ${line}`);
      scopes.set(of('Name'), filter[1]);
    } else if (cmdlet === 'New-ManagementRoleAssignment') {
      const mailbox = scopes.get(of('CustomResourceScope'));
      const isKnown = principals.has(of('App')) && of('Role') === 'Application Mail.Send';
      if (mailbox === undefined || !isKnown) throw new Error(`nothing to assign: ${line}`);
      world.mailboxes.set('monitor', [mailbox]);
    } else if (cmdlet !== 'Test-ServicePrincipalAuthorization') {
      throw new Error(`no such cmdlet: ${line}`);
    }
  };
  return (commands) => {
    for (const line of commands.split('\n').filter((one) => one !== '')) run(line);
  };
}
