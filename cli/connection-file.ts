import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { AppError } from '../shared/errors.ts';
import type { ApiClient } from './api-client.ts';
import { UsageError } from './command.ts';
import { connectionLine, shownConnection } from './connection-text.ts';
import type { ExitCode, Io } from './io.ts';

const bodySchema = z.looseObject({ updatedAt: z.string().optional() });
const currentSchema = shownConnection.extend({ updatedAt: z.string().optional() });

/**
 * Creates a connection from a file, or changes the one that is there, in the version that was just read. What the file
 * holds goes to the installation as it is and is shown nowhere: there is a secret in it.
 */
export async function putConnection({
  api,
  io,
  id,
  file,
}: {
  api: ApiClient;
  io: Io;
  id: string;
  file: string;
}): Promise<ExitCode> {
  const body = await bodyOf(file, io);
  const path = `/api/connections/${encodeURIComponent(id)}`;
  const current = await currentOf(api, path);
  if (current !== null && (body.updatedAt ?? current.updatedAt) !== current.updatedAt)
    throw new AppError(
      'precondition_failed',
      'somebody has changed the connection since this file was made. Show it again, and decide anew.',
    );
  const stored = await api.call({
    method: 'PUT',
    path,
    body,
    ...(current === null ? { ifNoneMatch: '*' } : { ifMatch: current.etag }),
    answer: shownConnection,
  });
  io.out(`${current === null ? 'created' : 'changed'} ${connectionLine(stored)}`);
  return 0;
}

async function currentOf(
  api: ApiClient,
  path: string,
): Promise<{ etag: string; updatedAt: string | undefined } | null> {
  try {
    const { value, etag } = await api.callForVersion({ path, answer: currentSchema });
    return { etag: etag ?? '*', updatedAt: value.updatedAt };
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}

async function bodyOf(file: string, io: Io): Promise<z.output<typeof bodySchema>> {
  const text = file === '-' ? (await io.readInput()).toString() : await textOf(file);
  const name = file === '-' ? 'Standard input' : displayText(file);
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    // Without the parser's words: they repeat what stands there.
    throw new UsageError(`${name} is not JSON.`);
  }
  const { data } = bodySchema.safeParse(json);
  if (data !== undefined) return data;
  throw new UsageError(`${name} is not a JSON object.`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`${displayText(file)} cannot be read.`);
  }
}
