import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackPackage, type UnpackedPackage } from '../support/unpacked-package.ts';

let unpacked: UnpackedPackage;
beforeAll(() => {
  unpacked = unpackPackage();
});
afterAll(() => {
  unpacked.remove();
});

function text(file: string): string {
  return readFileSync(path.join(unpacked.directory, file), 'utf8');
}

const scripts = () => unpacked.files.filter((file) => file.endsWith('.js'));

/** What the files of the bundle ask for beside each other; `__require` is what CommonJS packages in it call. */
function foreignImports(): string[] {
  const asked = /(?:\bfrom|\bimport|\bimport\(|\b(?:__)?require\()"(@?\w[\w@./:-]*)"/g;
  const names = scripts().flatMap((file) =>
    [...text(file).matchAll(asked)].map(([, name = '']) => name.replace(/^node:/, '')),
  );
  return [...new Set(names)];
}

/** The file, and what it cannot be loaded without. */
function loadedFrom(file: string, known = new Set<string>()): Set<string> {
  known.add(file);
  for (const [, name = ''] of text(file).matchAll(/\b(?:from|import)"(\.{1,2}\/[^"]+)"/g)) {
    const next = path.posix.join(path.posix.dirname(file), name);
    if (!known.has(next)) loadedFrom(next, known);
  }
  return known;
}

describe('the zip for Azure Functions', () => {
  it('holds the bundle, host.json, package.json and licences, and nothing else', () => {
    const others = unpacked.files.filter(
      (file) => !/^dist\/(functions|chunks)\/.+\.js$/.test(file),
    );
    expect(others).toEqual(['LICENSE', 'THIRD-PARTY-NOTICES.txt', 'host.json', 'package.json']);
    expect(text('host.json')).toBe(readFileSync('host.json', 'utf8'));
  });

  it('keeps the functions in one file, where package.json says that functions are', () => {
    const inFolder = unpacked.files.filter((file) => file.startsWith('dist/functions/'));
    expect(inFolder).toEqual(['dist/functions/keyturn.js']);
    const manifest = JSON.parse(text('package.json')) as Record<string, unknown>;
    expect(manifest).toMatchObject({ type: 'module', main: 'dist/functions/*.js' });
    expect(Object.keys(manifest)).not.toContain('dependencies');
    expect(Object.keys(manifest)).not.toContain('scripts');
  });

  it('leaves the SDKs for the first call that needs them', () => {
    const loaded = loadedFrom('dist/functions/keyturn.js');
    expect(loaded.has('dist/functions/keyturn.js')).toBe(true);
    const sdks = /"@azure\/(identity|data-tables|storage-blob|keyvault-secrets)"|GraphRequest=/;
    const holding = (files: string[]) => files.filter((file) => sdks.test(text(file)));
    expect(holding(scripts()).length).toBeGreaterThan(3);
    expect(holding([...loaded])).toEqual([]);
    // What bench/cold-start.ts measures follows from these two.
    const bytes = [...loaded].reduce((sum, file) => sum + text(file).length, 0);
    expect(bytes).toBeLessThan(2_000_000);
    expect(loaded.size).toBeLessThan(20);
  });

  it('asks for nothing that is not in it, Node and the Functions worker aside', () => {
    const foreign = foreignImports();
    expect(foreign).toContain('crypto');
    const others = foreign.filter((name) => !builtinModules.includes(name));
    expect(others).toEqual(['@azure/functions-core']);
  });

  it('names the licence of each package that it contains, all of them permissive', () => {
    const notices = text('THIRD-PARTY-NOTICES.txt');
    const headings = [...notices.matchAll(/^(\S+) \d\S* \((.+)\)\n-{5,}$/gm)];
    const licences = new Map(headings.map(([, name, licence]) => [name, licence]));
    for (const name of ['zod', 'jose', 'nodemailer', '@azure/functions', '@azure/msal-node'])
      expect([name, licences.has(name)]).toEqual([name, true]);
    expect(notices.split(/^-{5,}\n/m).filter((text) => text.trim().length < 20)).toEqual([]);
    const permissive = /^(MIT|MIT-0|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|Unlicense)$/;
    expect([...licences].filter(([, licence = '']) => !permissive.test(licence))).toEqual([]);
  });

  it('leaves the local cloud, tests and the command line at home', () => {
    const mark = /keyturn-local-master|contoso\.example|mswjs|vitest/;
    expect(scripts().filter((file) => mark.test(text(file)))).toEqual([]);
  });

  it.skipIf(!hasUnzip())('can be read by others than the library that wrote it', () => {
    const tested = spawnSync('unzip', ['-tq', 'dist/keyturn.zip'], { encoding: 'utf8' });
    expect([tested.status, tested.stderr]).toEqual([0, '']);
  });
});

function hasUnzip(): boolean {
  return spawnSync('unzip', ['-v']).status === 0;
}
