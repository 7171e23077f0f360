import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { permissions } from '../../shared/setup/permission-list.ts';
import { permissionRows } from '../support/permission-table.ts';

const PAGE = new URL('../../docs/permissions.md', import.meta.url);
const HEAD = /^\| Identity +\| Permission .*\n\|[ |-]+\n(?:\|.*\n)*/m;
const PEOPLE = {
  azure: 'Azure owner',
  entra: 'Entra administrator',
  exchange: 'Exchange administrator',
};

const wanted = Object.values(permissions).map(
  ({ identity, name, on, givenBy, why, stops }) =>
    `| ${identity} | \`${name}\` | ${on} | ${PEOPLE[givenBy]} | ${why} | ${stops} |`,
);

describe('docs/permissions.md', () => {
  it('lists every permission that Keyturn can use, and no other, with its reason', () => {
    if (process.env['UPDATE_DOCS'] === '1') {
      const head =
        '| Identity | Permission | On | Given by | What for | Without it stops |\n|---|---|---|---|---|---|\n';
      const text = readFileSync(PAGE, 'utf8');
      writeFileSync(
        PAGE,
        text.replace(HEAD, () => `${head}${wanted.join('\n')}\n`),
      );
    }
    const listed = permissionRows().map(
      ({ identity, name, on, givenBy, why, stops }) =>
        `| ${identity} | \`${name}\` | ${on} | ${givenBy} | ${why} | ${stops.join('; ')} |`,
    );
    expect(listed).toEqual(wanted);
  });
});
