import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { permissions } from '../../shared/setup/permission-list.ts';
import { listIn, ofType, only, template, type ArmTemplate } from '../support/arm-template.ts';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, project), 'utf8');
const PAGE = 'docs/install.md';
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

/** Names in backticks. */
function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');
}

function section(heading: string): string {
  const page = read(PAGE);
  const from = page.indexOf(`## ${heading}\n`);
  expect(from, heading).toBeGreaterThan(-1);
  const to = page.indexOf('\n## ', from + 3);
  return page.slice(from, to === -1 ? undefined : to);
}

/** The rows of the table that begins with this heading, by column. */
function table(text: string, firstHeading: string): string[][] {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${firstHeading} `));
  const rows = lines.slice(head + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

type Parameter = ArmTemplate['parameters'][string] & { allowedValues?: unknown[] };

/** The variable of the environment that main.bicepparam reads for a parameter. */
function variableOf(name: string): string | null {
  const text = read('infra/main.bicepparam');
  const line = text.split('\n').find((one) => one.startsWith(`param ${name} =`)) ?? '';
  const own = /readEnvironmentVariable\('(\w+)'/.exec(line)?.[1];
  const given = [...text.matchAll(/^var (\w+) = readEnvironmentVariable\('(\w+)'/gm)];
  return own ?? given.find(([, variable = '']) => line.includes(variable))?.[2] ?? null;
}

function parametersTable(): string {
  const rows = Object.entries(template.parameters).map(([name, parameter]) => {
    const { defaultValue, allowedValues, metadata } = parameter as Parameter;
    const fallback =
      typeof defaultValue === 'string' && defaultValue.startsWith('[')
        ? 'of the group'
        : JSON.stringify(defaultValue).replaceAll('"', '');
    const choices = allowedValues?.filter((value) => value !== '').join(', ');
    const help = [metadata?.description, choices && `(${choices})`].filter(Boolean).join(' ');
    const shown = ['', '[]', '{}'].includes(fallback) ? '' : `\`${fallback}\``;
    const variable = variableOf(name);
    const told = variable === null ? '' : `\`${variable}\``;
    return `| \`${name}\` | ${shown} | ${help.replaceAll('*', '\\*')} | ${told} |`;
  });
  return ['| Parameter | Default | What for | azd |', '|---|---|---|---|', ...rows, ''].join('\n');
}

/** Prettier aligns tables; only their words count. */
function normal(text: string): string {
  return text
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
}

describe('the page on how to install', () => {
  it('lists every parameter of the template (UPDATE_DOCS=1 writes it)', () => {
    const page = read(PAGE);
    const [before = '', rest = ''] = page.split('<!-- parameters:begin -->\n');
    const [is = '', after = ''] = rest.split('<!-- parameters:end -->');
    const wanted = `\n${parametersTable()}\n`;
    if (process.env['UPDATE_DOCS'] === '1') {
      writeFileSync(
        new URL(PAGE, project),
        `${before}<!-- parameters:begin -->\n${wanted}<!-- parameters:end -->${after}`,
      );
      return;
    }
    expect(normal(is).replaceAll('| ---', '|---').replaceAll('--- |', '---|')).toBe(
      normal(wanted).replaceAll('| ---', '|---').replaceAll('--- |', '---|'),
    );
  });

  it('says by which variable azd gives a parameter, for all but these', () => {
    const without = Object.keys(template.parameters).filter((name) => variableOf(name) === null);
    expect(without).toEqual(['names', 'location']);
  });

  it('gives each identity exactly the roles that the template gives it', () => {
    // test/infra/roles.test.ts holds the template to the same list.
    const inWords: Record<string, string> = {
      'host Storage Blob Data Owner': 'storageBlobDataOwner',
      'host Monitoring Metrics Publisher': 'monitoringMetricsPublisher',
      'host Storage Table Data Contributor': 'storageTableDataContributor',
      'host Storage Queue Data Contributor': 'storageQueueDataContributor',
      'host Storage Queue Data Message Sender': 'storageQueueDataMessageSender',
      'host Storage Blob Data Contributor': 'storageBlobDataContributor',
      'host Key Vault Secrets User': 'keyVaultSecretsUser',
      'broker Key Vault Secrets Officer': 'keyVaultSecretsOfficer',
      'monitor Key Vault Reader': 'keyVaultReader',
    };
    const rows = table(section('What is made, and who may do what'), 'Identity');
    expect(rows.map(([identity, role]) => `${identity} ${role}`)).toEqual(Object.keys(inWords));
    expect(Object.values(inWords).sort()).toEqual(
      Object.keys(JSON.parse(read('infra/roles.json')) as object).sort(),
    );
    expect(ofType('Microsoft.Authorization/roleAssignments')).toHaveLength(rows.length);
  });

  it('names resources that the template makes', () => {
    const rows = table(section('What is made, and who may do what'), 'Resource');
    for (const [resource] of rows)
      for (const type of codeIn(resource ?? '')) expect(ofType(type), type).not.toEqual([]);
  });

  it('names the permissions in the directory as the product knows them', () => {
    const known: string[] = Object.values(permissions).map(({ name }) => name);
    const text = section('What is made, and who may do what');
    const named = codeIn(text).filter((code) =>
      /^[A-Z]\w+\.\w+\.All$|^Application Mail/.test(code),
    );
    expect(named.length).toBeGreaterThan(4);
    for (const name of named) expect(known, name).toContain(name);
    const ofGraph = Object.values(permissions).filter(({ on }) => on === 'Microsoft Graph');
    for (const { name } of ofGraph) expect(named).toContain(name);
  });

  it('and the page on operating explain every alert, and no other', () => {
    const alerts = only('Microsoft.Insights/scheduledQueryRules');
    const names = listIn<{ name: string }>(alerts, 'rules').map(({ name }) => name);
    const explained = table(read('docs/operate.md'), 'Rule').map(([name]) => name);
    expect(explained).toEqual(names.map((name) => `\`${name}\``));
    for (const name of codeIn(section('What watches over it')).filter((code) => code.includes('-')))
      expect(names).toContain(name);
  });

  it('says commands that there are', () => {
    const page = read(PAGE);
    for (const [, name = ''] of page.matchAll(/npm run (?:-s )?([\w:]+)/g))
      expect(Object.keys(scripts), name).toContain(name);
    const commands = [...read('cli/run.ts').matchAll(/\['([\w-]+)', \w+Command\]/g)];
    const named = [...page.matchAll(/keyturn -- ([\w-]+)/g)].map(([, name]) => name);
    expect(commands.map(([, name]) => name)).toEqual(expect.arrayContaining(named));
    const parameters = read('infra/main.bicepparam');
    for (const [, name = ''] of page.matchAll(/azd env set (\w+)/g))
      expect(parameters, name).toContain(`'${name}'`);
    for (const [, name = ''] of page.matchAll(/--parameters (\w+)=/g))
      expect(Object.keys(template.parameters), name).toContain(name);
  });

  it('names parameters and outputs as the template does', () => {
    const known = [
      ...Object.keys(template.parameters),
      ...Object.values(template.parameters).flatMap(({ allowedValues = [] }) => allowedValues),
      ...Object.keys(template.outputs ?? {}),
    ];
    const others = ['azd', 'app', 'starting', 'unknown', 'misconfigured'];
    const named = codeIn(read(PAGE).split('<!-- parameters:begin -->')[0] ?? '').filter(
      (code) => /^[a-z]+(?:[A-Z]\w*)?$/.test(code) && !others.includes(code),
    );
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(known, name).toContain(name);
  });
});

describe('azd', () => {
  it('publishes the folder that npm run package proves, as it is', () => {
    const azure = read('azure.yaml');
    expect(azure).toContain('dist: dist/package');
    expect(azure).toContain('remoteBuild: false');
    expect(azure.match(/node build\.mjs package/g)).toHaveLength(2);
    expect(read('package.json')).toMatch(/"package": "node build\.mjs [\w ]*package/);
    expect(read('build.mjs')).toContain("'dist/package/dist/functions'");
  });

  it('finds the app by the tag that the template gives it', () => {
    expect(read('azure.yaml')).toMatch(/services:\n {2}keyturn:/);
    for (const { body } of ofType('Microsoft.Web/sites'))
      expect(JSON.stringify(body.tags)).toContain("'azd-service-name', 'keyturn'");
  });
});
