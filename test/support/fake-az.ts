import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** An Azure command line that speaks to a local cloud, for whatever looks for `az` on the path. */
export interface FakeAz {
  /** Of the folder with `az`, for PATH. */
  path: string;
  /** Null: nobody. */
  signIn(userPrincipalName: string | null): void;
  connect(cloudUrl: string): void;
  /** Runs lines of bash; gives their output. */
  bash(lines: string): Promise<{ code: number; out: string; err: string }>;
  /** What it was told to do in Azure itself, which is not emulated. */
  azureCalls(): string[][];
}

/**
 * `az account get-access-token` and `az rest` (Microsoft Learn, "az account", "az rest") with the forms of JMESPath that
 * sheets use. Everything else is written down and answered with an empty object.
 */
export function fakeAz(): FakeAz {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-az-'));
  const state = { cloudUrl: '', user: null as string | null };
  const save = () => writeFileSync(join(folder, 'state.json'), JSON.stringify(state));
  save();
  writeFileSync(join(folder, 'calls.jsonl'), '');
  writeFileSync(join(folder, 'az'), `#!${process.execPath}\n${SCRIPT}`);
  chmodSync(join(folder, 'az'), 0o755);
  const path = `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
  return {
    path,
    signIn: (user) => {
      state.user = user;
      save();
    },
    connect: (cloudUrl) => {
      state.cloudUrl = cloudUrl;
      save();
    },
    bash: (lines) =>
      promisify(execFile)('bash', ['--norc', '-c', lines], { env: { PATH: path } }).then(
        ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
        (error: { code: number; stdout: string; stderr: string }) => ({
          code: error.code,
          out: error.stdout,
          err: error.stderr,
        }),
      ),
    azureCalls: () =>
      readFileSync(join(folder, 'calls.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as string[]),
  };
}

/** CommonJS, since a file without an ending is taken for that. */
const SCRIPT = String.raw`
const { appendFileSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const folder = dirname(process.argv[1]);
const { cloudUrl, user } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'));
const args = process.argv.slice(2);

function fail(text) {
  console.error('ERROR: ' + text);
  process.exit(1);
}
function valueOf(...names) {
  const at = args.findIndex((one) => names.includes(one));
  return at < 0 ? undefined : args[at + 1];
}
async function token() {
  if (user === null) fail("Please run 'az login' to setup account.");
  const answer = await fetch(cloudUrl + '/_control/cli-token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userPrincipalName: user }),
  });
  return answer.json();
}
function queried(json, query) {
  const plain = /^(\w+)$/.exec(query);
  if (plain) return json[plain[1]];
  const first = /^(\w+)\[0\]\.(\w+)$/.exec(query);
  if (first) return json[first[1]][0]?.[first[2]];
  const where = /^(\w+)\[\?(\w+)=='([^']*)'\]\.(\w+) \| \[0\]$/.exec(query);
  if (where) return json[where[1]].find((one) => one[where[2]] === where[3])?.[where[4]];
  const added = /^to_string\(\[(\w+)\.(\w+), \['([^']*)'\]\]\[\]\)$/.exec(query);
  if (added) return JSON.stringify([...json[added[1]][added[2]], added[3]]);
  const left = /^to_string\((\w+)\.(\w+)\[\?@ != '([^']*)'\]\)$/.exec(query);
  if (left) return JSON.stringify(json[left[1]][left[2]].filter((one) => one !== left[3]));
  return fail('argument --query: invalid jmespath_type value: ' + query);
}
async function rest() {
  const { accessToken } = await token();
  const url = new URL(valueOf('--url', '-u'));
  const body = valueOf('--body', '-b');
  const headers = { authorization: 'Bearer ' + accessToken };
  const more = valueOf('--headers');
  if (more !== undefined) headers[more.split('=')[0]] = more.split('=').slice(1).join('=');
  if (body !== undefined) headers['content-type'] = 'application/json';
  const answer = await fetch(cloudUrl + '/' + url.host + url.pathname + url.search, {
    method: valueOf('--method', '-m'),
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(JSON.parse(body)) }),
  });
  const text = await answer.text();
  if (!answer.ok) fail(answer.statusText + '(' + text + ')');
  if (text === '') return;
  const query = valueOf('--query');
  const shown = query === undefined ? JSON.parse(text) : queried(JSON.parse(text), query);
  if (shown !== undefined && shown !== null) {
    console.log(typeof shown === 'string' ? shown : JSON.stringify(shown));
  }
}
async function main() {
  if (args[0] === 'rest') return rest();
  if (args[0] === 'account') {
    const { accessToken, expiresOn, expires_on, tenant, tokenType } = await token();
    console.log(JSON.stringify({ accessToken, expiresOn, expires_on, tenant, tokenType }));
    return;
  }
  appendFileSync(join(folder, 'calls.jsonl'), JSON.stringify(args) + '\n');
  console.log('{}');
}
main().catch((error) => fail(String(error)));
`;
