import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One file to read, not read yet; `name` is what messages call it. */
export interface InputFile {
  name: string;
  read(): Promise<Uint8Array>;
}

export interface InputOptions {
  /** All bytes of standard input, for `-`. */
  stdin: () => Promise<Uint8Array>;
}

/** What a path leads to: files in the order of their names, or why there are none. */
export type Input =
  { kind: 'files'; isFolder: boolean; files: InputFile[] } | { kind: 'refused'; reason: string };

/**
 * Finds the files behind a path: a file as it is, a folder with everything in it that can be an export (hidden files and
 * other endings are left alone), `-` for standard input. Never throws.
 */
export async function findInput(path: string, { stdin }: InputOptions): Promise<Input> {
  if (path === '-')
    return { kind: 'files', isFolder: false, files: [{ name: 'standard input', read: stdin }] };
  try {
    const stats = await stat(path);
    if (!stats.isDirectory()) return { kind: 'files', isFolder: false, files: [fileAt(path)] };
    const names = await namesIn(path);
    if (names.length > 0) {
      return {
        kind: 'files',
        isFolder: true,
        files: names.map((name) => fileAt(join(path, name))),
      };
    }
    return {
      kind: 'refused',
      reason: 'the folder holds no .json, .ndjson, .jsonl, .csv, .tsv or .txt file',
    };
  } catch (error) {
    return { kind: 'refused', reason: failureText(error) };
  }
}

/** Why a file could not be opened or read, in words; codes of Node's file system errors. */
export function failureText(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FAILURES[code] ?? `it could not be read${code === '' ? '' : ` (${code})`}`;
}

/** Said of a file whose text is longer than a string can be. */
export const TOO_LARGE =
  'it is too large to be read at once (512 MB): split it into several files and give their folder';

const FAILURES: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  EISDIR: 'it is a folder',
  ERR_STRING_TOO_LONG: TOO_LARGE,
  ERR_FS_FILE_TOO_LARGE: TOO_LARGE,
};

const EXPORT_ENDING = /\.(?:json|ndjson|jsonl|csv|tsv|txt)$/i;
const byName = new Intl.Collator('en', { numeric: true });

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const candidates = names.filter(
    (name) => EXPORT_ENDING.test(name) && !name.split(/[/\\]/).some((part) => part.startsWith('.')),
  );
  const files: string[] = [];
  for (const name of candidates.sort(byName.compare)) {
    // What cannot be looked at is tried, so that it is reported instead of overlooked.
    const stats = await stat(join(folder, name)).catch(() => null);
    if (stats === null || stats.isFile()) files.push(name);
  }
  return files;
}

function fileAt(path: string): InputFile {
  return { name: path, read: () => readFile(path) };
}
