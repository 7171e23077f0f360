import { displayText } from '../shared/display-text.ts';
import type { Command } from './command.ts';
import type { ExitCode, Io } from './io.ts';
import { azureSteps } from './setup/azure-steps.ts';
import { entraSteps } from './setup/entra-steps.ts';
import { exchangeSteps, type MonitorIds } from './setup/exchange-steps.ts';
import type { GraphAccess } from './setup/graph-access.ts';
import { withoutMailSend } from './setup/permission-steps.ts';
import { lookAt, makeAll, type LookedAt, type StepState } from './setup/look.ts';
import { monitorIds, signedIn } from './setup/signed-in.ts';
import { sheetText } from './setup/sheet.ts';
import { setupAsked, type SetupAsked, type SetupRole, type Wanted } from './setup/wanted.ts';
import type { Step } from './setup/step.ts';

/** `keyturn setup`: what three people do to get an installation going (design §7). */
export const setupCommand: Command = {
  summary:
    'says who has to do what for an installation, prints their sheets, and does the Entra part',
  help: `keyturn setup says what an installation needs, who can do it, and how far it is. Without --apply nothing is changed.

Usage: keyturn setup --name NAME [OPTIONS]                 all steps, and how far they are
       keyturn setup --name NAME [OPTIONS] --role ROLE     a sheet to hand on: commands, reasons, how to take them back
       keyturn setup --name NAME [OPTIONS] --apply         makes what Microsoft Graph can make, as you (az login)

ROLE is azure, entra or exchange. Anybody may run it, at any time, again: it looks at what is there.

  --name NAME             of the Function App; identities and registrations are named after it
  --mail-from ADDRESS     the mailbox that warnings come from; without it no mail, and nothing to do in Exchange
  --teams                 cards to a Teams workflow; its address is asked for when the Azure owner deploys
  --operations ADDRESS    who hears of the first nights, and of trouble
  --fallback ADDRESS      who is told where an application has no owner
  --people all|basic      basic: names and addresses of owners alone, no managers (all)
  --sign-in-activity      also read when secrets were last used
  --no-connections        no application for connections
  --application APP_ID    one that exists already and is to work with Keyturn; more than once for more
  --many-tenants          an application with which other tenants let Keyturn in
  --public-url URL        where Keyturn is reached (https://NAME.azurewebsites.net)
  --resource-group GROUP  (NAME)      --location LOCATION  (westeurope)      --tenant ID

KEYTURN_CLOUD names the cloud (public).
Exit code: 0; with --apply 2 when a step failed or waits for somebody.`,
  run: runSetup,
};

async function runSetup(args: string[], io: Io): Promise<ExitCode> {
  const asked = setupAsked(args, io.env);
  if (asked.isApplied) return apply(asked, io);
  const { steps, graph } = await plan(asked.wanted, io);
  const looked =
    graph === null
      ? steps.map((step): LookedAt => ({ step, state: { kind: 'unseen' } }))
      : await lookAt(steps, graph);
  const { role, wanted, options } = asked;
  io.out(role === null ? overview(looked, options) : sheetText({ role, wanted, options, looked }));
  return 0;
}

interface Plan {
  steps: Step[];
  /** Null while nobody is signed in: the sheets can be made all the same. */
  graph: GraphAccess | null;
}

async function plan(wanted: Wanted, io: Io): Promise<Plan> {
  const graph = await signedIn(wanted, io).catch((error: unknown) => {
    io.err(`Nobody looked how far it is: ${messageOf(error)}\n`);
    return null;
  });
  const entra = graph === null ? entraSteps(wanted) : await entraStepsNow(wanted, graph);
  const ids = graph === null ? NO_IDS : await monitorIds(wanted, graph).catch(() => NO_IDS);
  return {
    graph,
    steps: [...azureSteps(wanted), ...entra, ...exchangeSteps(wanted, ids)],
  };
}

/** With what is only to be done where it is so: nobody is asked to take away what is not there. */
async function entraStepsNow(wanted: Wanted, graph: GraphAccess): Promise<Step[]> {
  const tooWide = withoutMailSend(wanted);
  const [seen] = await lookAt([tooWide], graph);
  return [...entraSteps(wanted), ...(seen?.state.kind === 'open' ? [tooWide] : [])];
}

const NO_IDS: MonitorIds = { appId: null, objectId: null };

async function apply({ wanted, options }: SetupAsked, io: Io): Promise<ExitCode> {
  const graph = await signedIn(wanted, io);
  const made = await makeAll(await entraStepsNow(wanted, graph), graph, (step, state, wasOpen) => {
    io.out(`${appliedMark(state, wasOpen)} ${step.what}${detailOf(state)}\n`);
  });
  const open = made.filter(({ state }) => state.kind !== 'done');
  io.out(
    open.length === 0
      ? `\nThe Entra part is done. Next: keyturn setup ${options}\n`
      : `\n${String(open.length)} of ${String(made.length)} steps are left. Run the same again when what they wait for is there.\n`,
  );
  return open.length === 0 ? 0 : 2;
}

function appliedMark(state: StepState, wasOpen: boolean): string {
  if (state.kind === 'done') return wasOpen ? 'made   ' : 'was so ';
  return state.kind === 'waits' ? 'waits  ' : 'FAILED ';
}

function detailOf(state: StepState): string {
  if (state.kind === 'waits') return `: needs ${state.until} first`;
  return state.kind === 'failed' ? `: ${displayText(state.because, 600)}` : '';
}

const TITLES: Record<SetupRole, string> = {
  azure: 'Azure owner',
  entra: 'Entra administrator',
  exchange: 'Exchange administrator',
};

function overview(looked: LookedAt[], options: string): string {
  const lines = ['Nothing was changed.'];
  for (const role of ['azure', 'entra', 'exchange'] as const) {
    const steps = looked.filter(({ step }) => step.role === role);
    if (steps.length === 0) continue;
    lines.push('', `${TITLES[role]}:`);
    for (const { step, state } of steps) {
      lines.push(`  ${seenMark(state)} ${step.what}${detailOf(state)}`);
    }
    lines.push(`  Sheet: keyturn setup ${options} --role ${role}`);
  }
  lines.push('', ...AFTERWARDS);
  return `${lines.join('\n')}\n`;
}

const AFTERWARDS = [
  'Afterwards, with KEYTURN_URL and KEYTURN_KEY set:',
  '  keyturn doctor             what is still missing',
  '  keyturn run-now --wait     the first check',
  '  keyturn preview-alerts     who would get what',
  '  keyturn alerts live        people are warned from now on; nobody is before',
];

function seenMark(state: StepState): string {
  if (state.kind === 'done') return '[x]';
  return state.kind === 'unseen' ? '[?]' : '[ ]';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? displayText(error.message, 600) : 'an unknown failure';
}
