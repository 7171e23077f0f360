import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nationalClouds } from '../../local/cloud/national-clouds.ts';
import { clouds, type Cloud } from '../../shared/clouds.ts';

const PAGE = new URL('../../docs/clouds.md', import.meta.url);
const BEGIN = '<!-- clouds:begin -->\n';
const END = '<!-- clouds:end -->';

const ROWS: [what: string, of: (cloud: Cloud) => string][] = [
  ['Login', ({ loginUrl }) => loginUrl],
  ['Microsoft Graph', ({ graphUrl }) => graphUrl],
  ['Portal', ({ portalUrl }) => portalUrl],
  ['Key vaults', ({ vaultSuffix }) => `{name}.${vaultSuffix}`],
  ['Storage', ({ storageSuffix }) => `{name}.blob.${storageSuffix}`],
  ['Audience of a federated credential', ({ federationAudience }) => federationAudience],
];

function addressTable(): string {
  const all = Object.values(clouds);
  const cells = (texts: string[]) => `| ${texts.join(' | ')} |`;
  return [
    cells(['', ...all.map(({ name }) => `\`${name}\``)]),
    cells(['---', ...all.map(() => '---')]),
    ...ROWS.map(([what, of]) => cells([what, ...all.map((cloud) => `\`${of(cloud)}\``)])),
  ].join('\n');
}

/** Prettier aligns tables; only their words count. */
function normal(table: string): string {
  return table
    .replaceAll(/-{3,}/g, '---')
    .replaceAll(/ *\| */g, '|')
    .trim();
}

describe('docs/clouds.md', () => {
  it('has the addresses that the product uses', () => {
    const text = readFileSync(PAGE, 'utf8');
    const from = text.indexOf(BEGIN) + BEGIN.length;
    const to = text.indexOf(END);
    if (process.env['UPDATE_DOCS'] === '1')
      writeFileSync(PAGE, `${text.slice(0, from)}\n${addressTable()}\n\n${text.slice(to)}`);
    else expect(normal(text.slice(from, to))).toBe(normal(addressTable()));
  });

  it('says of each cloud what the product refuses there', () => {
    const text = normal(readFileSync(PAGE, 'utf8'));
    const has = (of: (cloud: Cloud) => boolean) =>
      Object.values(clouds).map((cloud) => (of(cloud) ? 'yes' : 'no'));
    const rows = [
      ['Business Central connections', ...has(({ hasBusinessCentral }) => hasBusinessCentral)],
      [
        'When a secret was last used (`KEYTURN_SIGN_IN_ACTIVITY`)',
        ...has(({ hasSignInActivity }) => hasSignInActivity),
      ],
    ];
    for (const row of rows) expect(text).toContain(`|${row.join('|')}|`);
  });

  it('agrees with the local cloud, which was written from the documents alone', () => {
    for (const [name, local] of Object.entries(nationalClouds)) {
      const cloud = clouds[name as keyof typeof clouds];
      expect(`https://${local.loginHost}`).toBe(cloud.loginUrl);
      expect(`https://${local.graphHost}`).toBe(cloud.graphUrl);
      expect(local.vaultSuffix).toBe(cloud.vaultSuffix);
      expect(local.hasBusinessCentral).toBe(cloud.hasBusinessCentral);
      expect(local.hasSignInActivity).toBe(cloud.hasSignInActivity);
      expect(new URL(local.dataverseUrl).hostname.replace(/^contoso\./, '')).toMatch(
        cloud.dataverseHost,
      );
    }
  });
});
