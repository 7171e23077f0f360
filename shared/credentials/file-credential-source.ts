import { constants } from 'node:buffer';
import type { CredentialSource, SourceEvent } from './credential-source.ts';
import type { DirectoryObject } from './directory-object.ts';
import { findGaps } from './file-coverage.ts';
import { readCsvText } from './file-csv.ts';
import {
  failureText,
  findInput,
  TOO_LARGE,
  type InputFile,
  type InputOptions,
} from './file-input.ts';
import { readJsonDocument } from './file-json-reading.ts';
import { readJsonText } from './file-json.ts';
import type { FileReading, ListFacts } from './file-reading.ts';
import { ACCEPTED_FILES, bytesLookLike, looksLike } from './file-refusal.ts';
import { decodeFile } from './file-text.ts';

/** What happened to a file, for whoever shows progress. */
export type FileNote =
  | { kind: 'read'; file: string; items: number; deleted: number }
  /** Nothing was taken from it; the same sentence arrives as `skipped`. */
  | { kind: 'refused'; file: string; reason: string };

export interface FileSourceOptions extends InputOptions {
  onFile?: (note: FileNote) => void;
}

/**
 * Reads exported files and folders (design §7): JSON of Graph, `az`, PowerShell and the portal, NDJSON, CSV reports. What
 * is no export arrives as `skipped` with what it looks like and what is accepted; what is cut off as `incomplete`.
 */
export function fileCredentialSource(
  paths: string[],
  options: FileSourceOptions,
): CredentialSource {
  return { read: () => readPaths(paths, options) };
}

const PAGE_SIZE = 500;
const LIST_NAMES: Record<DirectoryObject['type'], string> = {
  application: 'applications',
  servicePrincipal: 'servicePrincipals',
  unknown: 'credentials without an application',
};

async function* readPaths(
  paths: string[],
  options: FileSourceOptions,
): AsyncGenerator<SourceEvent> {
  const read: { file: string; lists: ListFacts[] }[] = [];
  for (const path of paths) {
    const input = await findInput(path, options);
    if (input.kind === 'refused') {
      yield refusal(path, input.reason, options);
      continue;
    }
    for (const file of input.files) {
      const reading = await readFileSafely(file);
      if (reading.kind === 'refused') {
        // Said once per file that was named, not for each text file that lies in a folder.
        const accepted = input.isFolder ? '' : `. ${ACCEPTED_FILES}`;
        yield refusal(file.name, `${reading.reason}${accepted}`, options);
        continue;
      }
      yield* eventsOf(reading, file.name);
      read.push({ file: file.name, lists: reading.lists });
      const items = reading.lists.reduce((sum, list) => sum + list.items, 0);
      options.onFile?.({ kind: 'read', file: file.name, items, deleted: reading.deleted });
    }
  }
  for (const { file, reason } of findGaps(read)) yield { kind: 'incomplete', list: file, reason };
}

function refusal(file: string, reason: string, options: FileSourceOptions): SourceEvent {
  options.onFile?.({ kind: 'refused', file, reason });
  return { kind: 'skipped', where: file, reason };
}

async function readFileSafely(file: InputFile): Promise<FileReading> {
  try {
    return readBytes(await file.read(), file.name);
  } catch (error) {
    return { kind: 'refused', reason: failureText(error) };
  }
}

function readBytes(bytes: Uint8Array, file: string): FileReading {
  if (bytes.length > constants.MAX_STRING_LENGTH) return refused(TOO_LARGE);
  const text = decodeFile(bytes);
  if (text === null) return refused(`it looks like ${bytesLookLike(bytes)}`);
  const start = text.trimStart().slice(0, 1);
  const document = start === '{' || start === '[' ? readJsonText(text) : null;
  if (document !== null) return readJsonDocument(document, file);
  const looks = looksLike(text);
  const csv = looks.startsWith('text that') ? readCsvText(text, file) : null;
  return csv ?? refused(`it looks like ${looks}`);
}

function refused(reason: string): FileReading {
  return { kind: 'refused', reason };
}

function* eventsOf(
  reading: Extract<FileReading, { kind: 'read' }>,
  file: string,
): Generator<SourceEvent> {
  const waiting = new Map<DirectoryObject['type'], DirectoryObject[]>();
  // A list that is there and empty was read too.
  for (const { type } of reading.lists) if (type !== 'unknown') waiting.set(type, []);
  for (const { objects, skipped } of reading.items) {
    for (const { where, reason } of skipped) yield { kind: 'skipped', where, reason };
    for (const object of objects) {
      const page = waiting.get(object.type) ?? [];
      page.push(object);
      waiting.set(object.type, page);
      if (page.length < PAGE_SIZE) continue;
      yield { kind: 'page', list: LIST_NAMES[object.type], objects: page };
      waiting.set(object.type, []);
    }
  }
  for (const [type, objects] of waiting) yield { kind: 'page', list: LIST_NAMES[type], objects };
  for (const reason of reading.incomplete) yield { kind: 'incomplete', list: file, reason };
}
