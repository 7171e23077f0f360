import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { playbooksOf } from '../../shared/connections/playbooks-of.ts';
import type { StepText } from '../../shared/connections/playbook.ts';
import { readPlaybook } from '../../shared/connections/read-playbook.ts';
import { shippedPlaybooks } from '../../shared/connections/shipped-playbooks.ts';
import { likelyConsumersOf } from '../../shared/credentials/likely-consumers.ts';
import { CONSUMER_RULES } from '../../shared/credentials/likely-consumer-rules.ts';
import { directoryObject } from '../support/directory.ts';

const FOLDER = new URL('../../shared/connections/playbooks/', import.meta.url);
const HEAD = '---\nsystems: Order Hub\n---\n\n';

const plain = (steps: readonly StepText[]) =>
  steps
    .map((step) => step.map((part) => (typeof part === 'string' ? part : part.strong)).join(''))
    .join('\n');
const idFor = (system: string) => playbooksOf([system], [])[system]?.id;
const read = (steps: string) => readPlaybook('own', HEAD + steps);
const faultsOf = (markdown: string) => {
  const result = readPlaybook('own', markdown);
  return result.ok ? [] : result.faults;
};

describe('the playbooks that come with Keyturn', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.md'));

  it.each(files)('%s can be read and is shipped', (file) => {
    const id = file.replace('.md', '');
    const result = readPlaybook(id, readFileSync(new URL(file, FOLDER), 'utf8'));
    expect(result).toMatchObject({ ok: true });
    expect(shippedPlaybooks().map((playbook) => playbook.id)).toContain(id);
  });

  it('facts 3 row 61: each says that the Value is entered, and not the Secret ID', () => {
    for (const { id, steps } of shippedPlaybooks()) {
      expect([id, plain(steps)]).toEqual([id, expect.stringContaining('Value')]);
      expect([id, plain(steps)]).toEqual([id, expect.stringMatching(/[Nn]ot the Secret ID/)]);
    }
  });

  it('each says how to verify, and which account to use', () => {
    for (const { id, steps } of shippedPlaybooks()) {
      expect([id, plain(steps)]).toEqual([id, expect.stringContaining('Verify')]);
      expect([id, plain(steps)]).toEqual([id, expect.stringMatching(/account|somebody|user/)]);
    }
  });

  it('keep the integration account in a private window where somebody signs in', () => {
    for (const id of [
      'smartconnect',
      'smartconnect-21',
      'power-automate',
      'logic-apps',
      'generic',
    ]) {
      const text = plain(shippedPlaybooks().find((one) => one.id === id)?.steps ?? []);
      expect(text).toContain('private window');
      expect(text).toContain('integration account');
    }
  });

  it('say what is special: a new connection, a restart before the test', () => {
    const textOf = (id: string) =>
      plain(shippedPlaybooks().find((one) => one.id === id)?.steps ?? []);
    expect(textOf('power-automate')).toMatch(/new one: Connections.*Repoint.*references/s);
    expect(textOf('app-service')).toMatch(/Restart the app.*then test/s);
    expect(textOf('smartconnect')).toMatch(/Validate.*company again/s);
    expect(textOf('smartconnect-21')).toMatch(/Verify and sign in.*Get Access Token.*ellipsis/s);
  });

  it('facts 3 row 62: SharePoint add-ins sign in with the oldest secret, and a new one takes hours', () => {
    const [likely] = likelyConsumersOf(directoryObject({ tags: ['acs'] }));
    const system = likely?.system ?? '';
    const [step] = playbooksOf([system], [])[system]?.steps ?? [];
    expect(plain(step === undefined ? [] : [step])).toMatch(/oldest of its secrets.*hours/);
  });
});

describe('the playbook of a system', () => {
  it.each([
    ['SmartConnect', 'smartconnect'],
    ['smartconnect → Business Central', 'smartconnect'],
    ['SmartConnect 21.1 (server)', 'smartconnect-21'],
    ['An integration with Business Central', 'business-central'],
    ['An integration with Dataverse', 'dataverse'],
    ['Power Platform → Dataverse', 'power-automate'],
    ['Power Apps', 'power-automate'],
    ['Azure DevOps', 'azure-devops'],
    ['Our GitHub Actions runner', 'github-actions'],
    ['App Service', 'app-service'],
    ['Order Hub → Business Central', 'business-central'],
    ['Order Hub', 'generic'],
    ['Smartconnection', 'generic'],
    ['__proto__', 'generic'],
    ['', 'generic'],
  ])('for %j is %s', (system, id) => {
    expect(idFor(system)).toBe(id);
  });

  it('is there for whatever a rule guesses', () => {
    for (const { system } of CONSUMER_RULES) expect(idFor(system)).toBeDefined();
  });

  it('is the operator’s own where there is one', () => {
    const own = read('1. Call **Erik**.\n');
    const systems = ['Order Hub', 'order-hub (production)', 'SmartConnect'];
    const found = playbooksOf(systems, own.ok ? [own.playbook] : []);
    expect(systems.map((system) => found[system]?.id)).toEqual(['own', 'own', 'smartconnect']);
  });
});

describe('an operator’s Markdown', () => {
  it('may have bold, italics and code, and keeps its addresses as text', () => {
    const result = read(
      '1. Open **Set-up** at https://erp.example/x\n   _now_.\n2. Run `hub test`.\n',
    );
    expect(result).toEqual({
      ok: true,
      playbook: {
        id: 'own',
        systems: ['Order Hub'],
        steps: [
          ['Open ', { strong: 'Set-up' }, ' at https://erp.example/x', ' ', 'now', '.'],
          ['Run ', { strong: 'hub test' }, '.'],
        ],
      },
    });
  });

  it.each([
    ['HTML', '1. <b>Open</b> it\n', /HTML/],
    ['a block of HTML', '<script>alert(1)</script>\n\n1. x\n', /HTML/],
    ['a link', '1. [Open](https://evil.example)\n', /Links/],
    ['an automatic link', '1. <https://evil.example>\n', /Links/],
    ['a picture', '1. ![x](https://evil.example/x.png)\n', /Pictures/],
    ['a heading', '# Steps\n\n1. x\n', /one list/],
    ['text around the list', 'First:\n\n1. x\n', /one list/],
    ['a list in the list', '1. x\n   - y\n', /one list/],
    ['two lists', '1. x\n\n- y\n', /one list/],
    ['no list', '', /one list/],
    ['a table', '| a |\n|---|\n| b |\n', /one list/],
    ['too many steps', Array.from({ length: 13 }, () => '1. x').join('\n'), /one list/],
    ['too much', `1. ${'x'.repeat(9000)}`, /characters/],
  ])('may not have %s', (_, steps, fault) => {
    expect(faultsOf(HEAD + steps).join()).toMatch(fault);
  });

  it.each(['1. x\n', '---\nsystems:\n---\n1. x\n', '---\nsystems: ,→\n---\n1. x\n'])(
    'needs a head that names systems: %j',
    (markdown) => {
      expect(faultsOf(markdown).join()).toContain('systems:');
    },
  );

  it('may come with the line ends of Windows', () => {
    expect(readPlaybook('own', `${HEAD}1. x\n`.replaceAll('\n', '\r\n')).ok).toBe(true);
  });
});
