// Compiles and lints the templates with no warning, and says whether main.json, the one that the portal reads, is what
// main.bicep gives. `--write` brings main.json and the layout of the sources up to date.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { globSync } from 'tinyglobby';

const VERSION = '0.49.2';
const PACKAGE = 'Azure.Bicep.CommandLine.linux-x64';
const HERE = import.meta.dirname;

const run = promisify(execFile);
const options = { maxBuffer: 64 * 1024 * 1024 };

/** The command that is Bicep: one that is installed, else the pinned one from NuGet. */
async function findBicep() {
  for (const command of [['bicep'], ['az', 'bicep']]) {
    const [program, ...first] = command;
    const asked = await run(program, [
      ...first,
      ...(first.length > 0 ? ['version'] : ['--version']),
    ])
      .then(({ stdout }) => /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1])
      .catch(() => undefined);
    if (asked !== undefined) return { command, version: asked };
  }
  return { command: [await restored()], version: VERSION };
}

async function restored() {
  const cache = resolve(HERE, '../node_modules/.cache/bicep');
  const binary = join(cache, 'packages', PACKAGE.toLowerCase(), VERSION, 'tools/bicep');
  if (await run(binary, ['--version']).catch(() => null)) return binary;
  await mkdir(cache, { recursive: true });
  const project = join(cache, 'bicep.csproj');
  await writeFile(
    project,
    `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="${PACKAGE}" Version="[${VERSION}]" /></ItemGroup>
</Project>
`,
  );
  await run('dotnet', ['restore', project, '--packages', join(cache, 'packages')]).catch(
    (error) => {
      throw new Error(
        `There is no Bicep: install it (az bicep install), or the .NET SDK, which fetches ${PACKAGE} ${VERSION}.\n${error.stdout ?? error.message}`,
      );
    },
  );
  return binary;
}

const installed = await findBicep();
const isWriting = process.argv.includes('--write');
const faults = [];

/** The template, compiled together with its parameters. Warnings come on stderr with exit code 0; each is a fault. */
async function compiled({ command: [program, ...first] }) {
  const source = join(HERE, 'main.bicepparam');
  const file = first.length > 0 ? ['--file', source] : [source];
  const { stdout, stderr } = await run(
    program,
    [...first, 'build-params', ...file, '--stdout'],
    options,
  ).catch((error) => error);
  // What `az` says about itself.
  const said = stderr.replaceAll(/^.*new Bicep release is available.*$/gm, '').trim();
  if (said !== '') faults.push(said);
  return withoutGenerator(stdout.trim() === '' ? '{}' : JSON.parse(stdout).templateJson);
}

/** Which Bicep compiled it, and a hash of that, say nothing about the template. */
function withoutGenerator(json) {
  return JSON.stringify(
    JSON.parse(json, (key, value) => (key === '_generator' ? undefined : value)),
    null,
    2,
  );
}

/** Whether the sources are in Bicep's own layout; written where asked. `az bicep` cannot do many files at once. */
async function checkLayout({ command: [program, ...first] }) {
  if (first.length > 0) return;
  const copy = await mkdtemp(join(tmpdir(), 'keyturn-infra-'));
  await cp(HERE, copy, { recursive: true });
  await run(program, ['format', '--pattern', join(copy, '**/*.bicep')], options);
  for (const source of globSync('**/*.bicep', { cwd: HERE })) {
    const laidOut = `${(await readFile(join(copy, source), 'utf8')).trimEnd()}\n`;
    if (laidOut === (await readFile(join(HERE, source), 'utf8'))) continue;
    if (isWriting) await writeFile(join(HERE, source), laidOut);
    else faults.push(`infra/${source} is not in Bicep's layout (npm run infra:check -- --write)`);
  }
  await rm(copy, { recursive: true });
}

await checkLayout(installed);
const target = join(HERE, 'main.json');
const kept = (await readFile(target, 'utf8').catch(() => '')).trimEnd();
let template = await compiled(installed);
// Another version may write the same thing in other words: the pinned one decides.
if (template !== kept && installed.version !== VERSION)
  template = await compiled({ command: [await restored()] });
if (isWriting && faults.length === 0) await writeFile(target, `${template}\n`);
else if (template !== kept)
  faults.push(
    'infra/main.json is not what infra/main.bicep gives (npm run infra:check -- --write)',
  );

for (const fault of faults) console.error(fault);
console.log(
  `Bicep ${installed.version}: ${faults.length === 0 ? 'no fault' : `${faults.length} faults`}`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
