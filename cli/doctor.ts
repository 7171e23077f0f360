import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { apiClient } from './api-client.ts';
import { UsageError, type Command } from './command.ts';
import type { ExitCode, Io } from './io.ts';
import { plural } from './number-words.ts';

/** `keyturn doctor`: what an installation may do and lacks (design §7). */
export const doctorCommand: Command = {
  summary: 'says what is wrong with your installation, why it matters, and how to put it right',
  help: `keyturn doctor asks your installation what it may do and what it lacks: permissions, settings, clock, storage,
key vaults, channels, timers and checks. Whatever is wrong comes first, with the reason and the exact fix.
It changes nothing and sends nothing.

Usage: keyturn doctor

KEYTURN_URL names the installation, KEYTURN_KEY holds one of its keys (a reader key is enough).

Exit code: 0; 2 when something failed, or when it could not be asked. Warnings do not count.`,
  run: doctor,
};

const answerSchema = z.object({
  redirectUri: z.string(),
  permissions: z.array(
    z.object({
      name: z.string(),
      identity: z.string(),
      on: z.string(),
      why: z.string(),
      stops: z.string(),
      granted: z.boolean().nullable(),
      said: z.string().nullable(),
      fix: z.string().nullable(),
    }),
  ),
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      what: z.string(),
      why: z.string().nullable(),
      fix: z.string().nullable(),
    }),
  ),
});

interface Diagnosis {
  status: 'failed' | 'warning' | 'ok' | 'off';
  what: string;
  why: string | null;
  fix: string | null;
}

async function doctor(args: string[], io: Io): Promise<ExitCode> {
  if (args.length > 0) throw new UsageError('doctor takes no arguments.');
  const api = apiClient(io);
  const answer = await api.call({ path: '/api/setup', answer: answerSchema });
  const found = [
    ...answer.permissions.map(ofPermission),
    ...answer.checks.map(ofCheck),
    ...addressTrouble(answer.redirectUri, api.url),
  ];
  const of = (status: Diagnosis['status']) => found.filter((one) => one.status === status);
  for (const one of [...of('failed'), ...of('warning')]) io.out(troubleText(one));
  for (const { what } of of('ok')) io.out(`ok       ${displayText(what, 300)}\n`);
  for (const { what } of of('off')) io.out(`not used ${displayText(what, 300)}\n`);
  io.out(
    `\nRedirect URI for the applications of connections: ${displayText(answer.redirectUri, 300)}\n`,
  );
  const failed = of('failed').length;
  io.out(`${verdict(failed, of('warning').length)}\n`);
  return failed === 0 ? 0 : 2;
}

/** Where links in mails and answers of sign-ins go is not where we are: often a name of its own that came later. */
function addressTrouble(redirectUri: string, url: string): Diagnosis[] {
  const origin = URL.canParse(redirectUri) ? new URL(redirectUri).origin : redirectUri;
  if (origin === url) return [];
  return [
    {
      status: 'warning',
      what: `You asked ${url}, and KEYTURN_PUBLIC_URL says ${origin}.`,
      why: 'Links in mails and the answers of sign-ins go to KEYTURN_PUBLIC_URL.',
      fix: 'If people reach it at the first one, set KEYTURN_PUBLIC_URL to that, and change the redirect URI of the applications.',
    },
  ];
}

function verdict(failed: number, warnings: number): string {
  if (failed > 0) return `${plural(failed, 'thing')} must be put right.`;
  return warnings > 0 ? `It works; ${plural(warnings, 'thing')} to look at.` : 'All is well.';
}

function troubleText({ status, what, why, fix }: Diagnosis): string {
  const label = status === 'failed' ? 'FAILED  ' : 'look at ';
  const lines = [`${label} ${displayText(what, 900)}`];
  if (why !== null) lines.push(`         Why: ${displayText(why, 600)}`);
  if (fix !== null) lines.push(`         Fix: ${displayText(fix, 900)}`);
  return `${lines.join('\n')}\n`;
}

type Answer = z.infer<typeof answerSchema>;

function ofPermission({
  name,
  identity,
  on,
  why,
  stops,
  granted,
  said,
  fix,
}: Answer['permissions'][number]): Diagnosis {
  const place = `${name} on ${on}`;
  if (granted === true && said === null) {
    return { status: 'ok', what: `The ${identity} identity has ${place}.`, why: null, fix: null };
  }
  if (granted === false) {
    const what = `The ${identity} identity lacks ${place}. Without it stops: ${stops}.`;
    return { status: 'failed', what, why: said === null ? why : `${why} ${said}`, fix };
  }
  const what =
    granted === null
      ? `Whether the ${identity} identity has ${place} cannot be seen.`
      : `The ${identity} identity has ${place}, or more.`;
  return { status: 'warning', what, why, fix };
}

function ofCheck({ status, what, why, fix }: Answer['checks'][number]): Diagnosis {
  // A newer installation may know states that this command does not.
  const known = status === 'ok' || status === 'off' || status === 'failed' ? status : 'warning';
  return { status: known, what, why, fix };
}
