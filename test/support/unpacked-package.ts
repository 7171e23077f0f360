import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';

export interface UnpackedPackage {
  /** Outside of this project, so that nothing of its node_modules is found from there. */
  directory: string;
  /** Every file of it, with forward slashes, sorted. */
  files: string[];
  remove(): void;
}

/** Unpacks the zip that `npm run package` made. Throws when there is none. */
export function unpackPackage(): UnpackedPackage {
  const entries = unzipSync(readFileSync('dist/keyturn.zip'));
  const directory = mkdtempSync(path.join(tmpdir(), 'keyturn-package-'));
  for (const [name, bytes] of Object.entries(entries)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return {
    directory,
    files: Object.keys(entries).sort(),
    remove: () => rmSync(directory, { recursive: true }),
  };
}
