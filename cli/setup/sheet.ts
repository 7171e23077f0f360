import type { Cloud } from '../../shared/clouds.ts';
import { graphFunction } from './shell.ts';
import type { LookedAt, StepState } from './look.ts';
import type { Step } from './step.ts';
import type { SetupRole, Wanted } from './wanted.ts';

interface SheetInput {
  role: SetupRole;
  wanted: Wanted;
  options: string;
  looked: LookedAt[];
}

const PEOPLE: Record<SetupRole, { title: string; needs: string; tool: string }> = {
  azure: {
    title: 'Azure owner',
    needs:
      'Owner of the subscription or resource group (or Contributor with Role Based Access Control Administrator), because roles are given to identities.',
    tool: 'In a checkout of Keyturn, in Azure Cloud Shell (bash) or after az login:',
  },
  entra: {
    title: 'Entra administrator',
    needs:
      'The directory roles Cloud Application Administrator and Privileged Role Administrator, or Global Administrator: application permissions of Microsoft Graph can be given by those alone.',
    tool: 'In Azure Cloud Shell (bash), or after az login:',
  },
  exchange: {
    title: 'Exchange administrator',
    needs: 'The directory role Exchange Administrator (in Exchange: Organization Management).',
    tool: 'In PowerShell, after Connect-ExchangeOnline:',
  },
};

/** A hand-off sheet: what one person is asked to do, why, and how to take it back. Holds no secret. */
export function sheetText({ role, wanted, options, looked }: SheetInput): string {
  const { title, needs, tool } = PEOPLE[role];
  const steps = looked.filter(({ step }) => step.role === role);
  if (steps.length === 0) return `${NO_MAIL}\n`;
  const uses = steps.some(({ step }) => step.commands.some((line) => line.startsWith('graph ')));
  const head = [
    `# Keyturn ${wanted.name}: sheet for the ${title}`,
    '',
    `You need: ${needs}`,
    '',
    ...(role === 'entra'
      ? [
          `Instead of the commands below: \`keyturn setup --apply ${options}\`. It makes the same calls, skips what is done, and can be run again.`,
          '',
        ]
      : []),
    tool,
    ...cloudLines(role, wanted.cloud),
    ...(uses ? ['', block('bash', graphFunction(wanted.cloud.graphUrl))] : []),
  ];
  const body = steps.flatMap(({ step, state }, index) => stepLines(step, state, index + 1));
  return `${[...head, ...body].join('\n')}\n`;
}

/** Names of the national clouds for az ("az cloud set") and for Exchange ("Connect-ExchangeOnline"). */
const CLOUDS: Partial<Record<Cloud['name'], { az: string; exchange: string }>> = {
  usGov: { az: 'AzureUSGovernment', exchange: 'O365USGovGCCHigh' },
  usGovDod: { az: 'AzureUSGovernment', exchange: 'O365USGovDoD' },
  china: { az: 'AzureChinaCloud', exchange: 'O365China' },
};

function cloudLines(role: SetupRole, { name }: Cloud): string[] {
  const names = CLOUDS[name];
  if (names === undefined) return [];
  const line =
    role === 'exchange'
      ? `Connect-ExchangeOnline -ExchangeEnvironmentName ${names.exchange}`
      : `az cloud set --name ${names.az} && az login`;
  return ['', `In this cloud, first: \`${line}\``];
}

const NO_MAIL =
  'Nothing to do in Exchange: without --mail-from, Keyturn sends no mail and needs no permission for it.';

function stepLines(step: Step, state: StepState, number: number): string[] {
  const lines = ['', `## ${number}. ${step.what}${markOf(state)}`, '', step.why, ''];
  lines.push(block(step.shell, step.commands));
  if (step.note !== undefined) lines.push('', step.note);
  if (step.undo.length > 0) lines.push('', 'Take it back:', '', block(step.shell, step.undo));
  return lines;
}

function markOf(state: StepState): string {
  if (state.kind === 'done') return ' (done)';
  return state.kind === 'waits' ? ` (waits for ${state.until})` : '';
}

function block(language: string, lines: string[]): string {
  return ['```' + language, ...lines, '```'].join('\n');
}
