import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { AppError } from '../shared/errors.ts';
import type { ApiClient } from './api-client.ts';
import { readConsumersFile } from './consumers-file.ts';
import { knownConsumerSchema, planConsumers, type Step } from './consumers-plan.ts';
import type { ExitCode, Io } from './io.ts';

const listSchema = z.object({ consumers: z.array(knownConsumerSchema) });
const playbooksSchema = z.object({
  playbooks: z.array(z.object({ id: z.string(), markdown: z.string(), etag: z.string() })),
});
const anything = z.unknown();

/** One record to write, or to leave as it is. */
interface Work {
  label: string;
  verb: 'create' | 'change' | 'same';
  note: string;
  path: string;
  body: unknown;
  etag: string | null;
}

/**
 * Makes the installation have what a file says; removes nothing. A record that is refused does not keep the others from
 * being written: each is said, and the exit code is 2.
 */
export async function applyConsumers(
  file: string,
  { api, io, isDryRun }: { api: ApiClient; io: Io; isDryRun: boolean },
): Promise<ExitCode> {
  const wanted = await readConsumersFile(file);
  const { consumers } = await api.call({ path: '/api/consumers', answer: listSchema });
  const works = [
    ...(await playbookWork(wanted.playbooks, api)),
    ...planConsumers(wanted.consumers, consumers).map(consumerWork),
  ];
  let failed = 0;
  for (const work of works) failed += (await done(work, { api, io, isDryRun })) ? 0 : 1;
  const unnamed = consumers.filter(({ id }) => !Object.hasOwn(wanted.consumers, id));
  for (const { id } of unnamed) io.out(`not in the file: ${displayText(id)} (stays)\n`);
  io.out(`${summaryOf(works, failed, isDryRun)}\n`);
  return failed === 0 ? 0 : 2;
}

async function playbookWork(wanted: Record<string, string>, api: ApiClient): Promise<Work[]> {
  if (Object.keys(wanted).length === 0) return [];
  const { playbooks } = await api.call({ path: '/api/playbooks', answer: playbooksSchema });
  return Object.entries(wanted).map(([id, markdown]) => {
    const current = playbooks.find((one) => one.id === id);
    return {
      label: `playbook ${displayText(id)}`,
      verb: current === undefined ? 'create' : current.markdown === markdown ? 'same' : 'change',
      note: '',
      path: `/api/playbooks/${encodeURIComponent(id)}`,
      body: { markdown },
      etag: current?.etag ?? null,
    };
  });
}

function consumerWork(step: Step): Work {
  return {
    label: displayText(step.id),
    verb: step.kind,
    note:
      step.kind !== 'create' && step.kept
        ? ' (which secret it holds was confirmed since, and stays)'
        : '',
    path: `/api/consumers/${encodeURIComponent(step.id)}`,
    body: step.kind === 'same' ? null : step.body,
    etag: step.kind === 'change' ? step.etag : null,
  };
}

async function done(
  { label, verb, note, path, body, etag }: Work,
  { api, io, isDryRun }: { api: ApiClient; io: Io; isDryRun: boolean },
): Promise<boolean> {
  if (verb === 'same' || isDryRun) {
    io.out(`${verb === 'same' ? 'as it is' : `would ${verb}`}: ${label}${note}\n`);
    return true;
  }
  try {
    const ifMatch = etag === null ? {} : { ifMatch: etag };
    await api.call({ method: 'PUT', path, body, ...ifMatch, answer: anything });
    io.out(`${verb}d: ${label}${note}\n`);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    io.err(`refused: ${label}: ${displayText(error.message, 600)}\n`);
    return false;
  }
}

function summaryOf(works: readonly Work[], failed: number, isDryRun: boolean): string {
  const count = (wanted: Work['verb']) => works.filter(({ verb }) => verb === wanted).length;
  const counts = `${count('create')} new, ${count('change')} changed, ${count('same')} as they are`;
  if (isDryRun) return `Nothing was written. It would be ${counts}.`;
  return failed === 0 ? `${counts}.` : `${counts}; ${failed} of these were refused.`;
}
