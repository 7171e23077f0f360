// What Azure Functions runs, as a folder (dist/package) and as the zip of it (dist/keyturn.zip): the bundle, host.json,
// a package.json that says where the functions are, and the licences of what is in the bundle. Nothing is installed
// where it runs, so nothing else is in it.
import { copyFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { globSync } from 'tinyglobby';
import { zipSync } from 'fflate';

const folder = 'dist/package';

/** Completes dist/package, where esbuild has left its bundle, and makes the zip. `metafile` is what esbuild says is in it. */
export async function writePackage(metafile) {
  const manifest = JSON.parse(await readFile('package.json', 'utf8'));
  const { name, version, description, license, type, main } = manifest;
  const shipped = { name, version, private: true, description, license, type, main };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(shipped, null, 2)}\n`);
  for (const file of ['host.json', 'LICENSE']) await copyFile(file, join(folder, file));
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), await notices(metafile));
  await writeFile('dist/keyturn.zip', await zipOf(folder));
}

/** The same files give the same bytes: entries are sorted, and all have one date. */
async function zipOf(root) {
  const files = globSync('**/*', { cwd: root, dot: true }).sort();
  const entries = {};
  for (const file of files) entries[file.split(sep).join('/')] = await readFile(join(root, file));
  // Without a zone the format's date is the local one.
  return zipSync(entries, { level: 9, mtime: new Date(2026, 0, 1) });
}

/** The licence of every package of which something is in the bundle; most of them ask for that. */
async function notices(metafile) {
  const packages = new Set();
  for (const output of Object.values(metafile.outputs))
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
      if (found !== undefined && bytesInOutput > 0) packages.add(found);
    }
  const texts = [];
  for (const directory of [...packages].sort((a, b) => (a < b ? -1 : 1)))
    texts.push(await noticeOf(directory));
  return `Keyturn contains the following packages.\n\n${texts.join('\n')}`;
}

async function noticeOf(directory) {
  const { name, version, license, author } = JSON.parse(
    await readFile(join(directory, 'package.json'), 'utf8'),
  );
  const files = (await readdir(directory)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
  const heading = `${name} ${version} (${license})`;
  const by = typeof author === 'string' ? author : (author?.name ?? 'its authors');
  const text = texts.length > 0 ? texts : [`By ${by}. The package brings no text of its licence.`];
  return [heading, '-'.repeat(heading.length), ...text.map((one) => one.trim()), ''].join('\n');
}
