import { readFileSync } from 'node:fs';

/** A row of the table in docs/permissions.md, as people read it. */
export interface PermissionRow {
  identity: string;
  name: string;
  on: string;
  givenBy: string;
  why: string;
  stops: string[];
}

export function permissionRows(): PermissionRow[] {
  const text = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^\| (monitor|broker) .*$/gm)].map(([line]) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, identity = '', name = '', on = '', givenBy = '', why = '', stops = ''] = cells;
    return { identity, name: name.replaceAll('`', ''), on, givenBy, why, stops: stops.split('; ') };
  });
}
