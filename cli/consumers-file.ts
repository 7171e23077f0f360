import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { displayText } from '../shared/display-text.ts';
import { UsageError } from './command.ts';

/** Texts are judged by the installation; here only the shape is. */
const consumerSchema = z.strictObject({
  tenantId: z.string().optional(),
  appId: z.string(),
  system: z.string(),
  name: z.string(),
  contact: z.string().nullable().optional(),
  keyId: z.string().nullable().optional(),
  enteredAt: z.string().nullable().optional(),
  confirmedAt: z.string().nullable().optional(),
  confirmedBy: z.string().nullable().optional(),
});

const fileSchema = z.strictObject({
  version: z.literal(1),
  /** By id. */
  consumers: z.record(z.string(), consumerSchema).default({}),
  /** By id: the Markdown file, as seen from this one. */
  playbooks: z.record(z.string(), z.string()).default({}),
});

/** A consumer as the file has it; what it leaves out stays as it is. */
export type FileConsumer = z.infer<typeof consumerSchema>;

export interface ConsumersFile {
  consumers: Record<string, FileConsumer>;
  /** Markdown by id. */
  playbooks: Record<string, string>;
}

/** Reads a file of consumers and the playbooks that it names. Throws UsageError with the member that is wrong. */
export async function readConsumersFile(file: string): Promise<ConsumersFile> {
  const parsed = fileSchema.safeParse(jsonOf(await textOf(file), file));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
    throw new UsageError(`${displayText(file)} cannot be used. ${wrong.slice(0, 5).join('; ')}`);
  }
  const { consumers, playbooks } = parsed.data;
  const folder = path.dirname(file);
  const texts = await Promise.all(
    Object.entries(playbooks).map(async ([id, name]): Promise<[string, string]> => [
      id,
      await textOf(path.resolve(folder, name)),
    ]),
  );
  return { consumers, playbooks: Object.fromEntries(texts) };
}

async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch {
    throw new UsageError(`${displayText(file)} cannot be read.`);
  }
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${displayText(file)} is not JSON.`);
  }
}
