import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { formatCsv } from '../../cli/format-csv.ts';
import { formatHtml } from '../../cli/format-html.ts';
import { formatIcs } from '../../cli/format-ics.ts';
import { formatMarkdown } from '../../cli/format-markdown.ts';
import { formatTable } from '../../cli/format-table.ts';
import { HOSTILE, reportOf, walked } from '../support/scan-report.ts';

const hostile = walked({
  id: `application:o:clientSecret:${HOSTILE}`,
  name: HOSTILE,
  hint: '[6g',
  holder: { type: 'application', objectId: 'o', appId: 'a', displayName: HOSTILE },
  likelyConsumers: [{ system: HOSTILE, because: HOSTILE }],
  owners: [
    { id: HOSTILE, type: 'unknown', displayName: HOSTILE, address: null, accountEnabled: null },
  ],
});
const hostileReport = reportOf([hostile], {
  complete: false,
  tenantId: '<b>',
  unread: [{ where: HOSTILE, reason: HOSTILE }],
});
/** Controls but for the line break, and what turns the direction of writing. */
const TERMINAL_ESCAPES = /[^\P{Cc}\n\r]|[\u200e\u200f\u202a-\u202e]/u;

const stopped = walked({
  id: '1',
  name: 'old',
  status: 'expired',
  expiresAt: new Date('2027-01-03T00:00:00Z'),
});
const leftover = walked({
  ...stopped,
  id: '2',
  name: 'ancient',
  expiresAt: new Date('2020-01-01T00:00:00Z'),
});
const unknown = walked({
  id: '3',
  name: 'odd',
  status: 'unknownExpiry',
  expiresAt: null,
  daysLeft: null,
});
const cwap = walked({ id: '4', name: 'CWAP_AuthSecret', selfRenewing: 'appProxy' });

describe('the table', () => {
  it('shows what needs someone first, in words, and then the sum', () => {
    const text = formatTable(reportOf([leftover, stopped, walked(), cwap, unknown]), 120);
    const order = [
      'Stopped 16 days ago',
      'Ends Sun 31 Jan 2027 (in 12 days)',
      'End unknown',
      'ancient',
      'CWAP',
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(-1);
    expect(text).toContain(
      'Read 3 applications and 1 enterprise application with 7 secrets and certificates',
    );
  });

  it('never says what people should not have to learn', () => {
    const text = formatTable(reportOf([leftover, stopped, walked(), cwap, unknown]), 120);
    expect(text).not.toMatch(/\b(rotate|renew|grant|finding|0 days left)/i);
  });

  it('names a secret by what is known of it, its users and its owners', () => {
    const table = formatTable(
      reportOf([
        walked({
          name: 'starts with Ab3',
          supersededBy: '9',
          supersession: 'replacementUnproven',
          likelyConsumers: [{ system: 'SmartConnect → Business Central', because: 'x' }],
          owners: [
            {
              id: '1',
              type: 'user',
              displayName: 'Anna',
              address: 'anna@contoso.example',
              accountEnabled: true,
            },
          ],
        }),
        walked({ id: '7', name: 'k', owners: [] }),
      ]),
      160,
    );
    const text = table.replaceAll(/\s+/g, ' ');
    expect(text).toContain('secret whose value starts with Ab3');
    expect(text).toContain(
      'looks like SmartConnect → Business Central · owner anna@contoso.example',
    );
    expect(text).toContain('a newer one exists');
    expect(text).toContain('secret with id k');
    expect(text).toContain('nobody owns it');
  });

  it.each([50, 80, 100, 200])('fits a terminal of %i columns', (columns) => {
    const long = walked({
      name: '日本'.repeat(60),
      holder: { ...walked().holder, displayName: 'x'.repeat(300) },
    });
    const unread = [{ where: 'file.json', reason: 'word '.repeat(60) }];
    const text = formatTable(reportOf([long, stopped], { complete: false, unread }), columns);
    for (const line of text.split('\n')) {
      expect(Array.from(line).reduce((sum, c) => sum + (c >= '⺀' ? 2 : 1), 0)).toBeLessThan(
        columns,
      );
    }
  });

  it('says "Nothing found" only when everything was read', () => {
    expect(formatTable(reportOf([]), 100)).toContain('Nothing found');
    const cut = formatTable(
      reportOf([], { complete: false, unread: [{ where: 'a', reason: 'b' }] }),
      100,
    );
    expect(cut).not.toContain('Nothing found');
    expect(cut).toContain('Do not treat silence as OK');
    const empty = reportOf([]);
    empty.counts = { ...empty.counts, applications: 0, servicePrincipals: 0, credentials: 0 };
    expect(formatTable(empty, 100)).toContain('no applications in this file');
  });

  it('says how much more was not read instead of filling the screen', () => {
    const unread = Array.from({ length: 500 }, (_, index) => ({
      where: `line ${String(index)}`,
      reason: 'bad',
    }));
    const text = formatTable(reportOf([], { complete: false, unread }), 100);
    expect(text).toContain('Not read (500)');
    expect(text).toContain('and 480 more');
  });

  it('sends no escapes to the terminal', () => {
    expect(formatTable(hostileReport, 120)).not.toMatch(TERMINAL_ESCAPES);
    expect(formatTable(hostileReport, 120)).not.toContain('\r');
  });
});

describe('CSV', () => {
  it('quotes every cell, and disarms formulas', () => {
    const text = formatCsv(
      reportOf([hostile, ...['+1', '-1+1', '@x', '\tx', '\rx'].map((name) => walked({ name }))]),
    );
    expect(text).not.toMatch(/(^|,)"?[=+@\t\r]/m);
    const rows: string[][] = parse(text);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    const [header = [], ...findings] = rows;
    const name = header.indexOf('credentialName');
    expect(findings.map((row) => row[name]?.slice(0, 2))).toEqual([
      "'=",
      "'+",
      "'-",
      "'@",
      "' ",
      "' ",
    ]);
  });

  it('keeps a negative number a number', () => {
    const text = formatCsv(reportOf([walked({ ...stopped, daysLeft: -16 })]));
    expect(parse(text, { columns: true })).toMatchObject([{ daysLeft: '-16', status: 'expired' }]);
  });

  it('holds no line break and no escape within a cell', () => {
    const text = formatCsv(reportOf([hostile]));
    expect(text.split('\r\n')).toHaveLength(3);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const escape of ['\u001b', '\u009b']) expect(text).not.toContain(escape);
  });
});

describe('HTML', () => {
  it('is one page without script, and a name cannot add to it', () => {
    const page = formatHtml(hostileReport);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<img|<script|<b>|onerror=alert\(1\)>/);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toMatch(/(src|href)="http/);
    expect(page).not.toMatch(TERMINAL_ESCAPES);
  });

  it('warns where not everything was read', () => {
    expect(formatHtml(hostileReport)).toContain('Do not treat silence as OK');
    expect(formatHtml(reportOf([stopped]))).not.toContain('Do not treat silence as OK');
  });
});

describe('Markdown', () => {
  it('escapes what would be markup, a link, a mention or another cell', () => {
    const text = formatMarkdown(hostileReport);
    expect(text).not.toMatch(/(?<!\\)[[<`@]/);
    expect(text).not.toContain('https://');
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(text).not.toMatch(TERMINAL_ESCAPES);
  });
});

describe('the calendar', () => {
  const unfold = (text: string) => text.replaceAll('\r\n ', '');

  it('publishes each end with a UID that stays the same', () => {
    const text = formatIcs(reportOf([walked(), unknown]));
    expect(text).toContain('METHOD:PUBLISH\r\n');
    expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(1);
    expect(text).toContain('DTSTART:20270131T000000Z');
    const uid = /UID:(.*)\r\n/.exec(text)?.[1];
    expect(uid).toMatch(/^[\da-f]{40}@keyturn$/);
    const later = formatIcs(reportOf([walked({ expiresAt: new Date('2027-02-28T00:00:00Z') })]));
    expect(later).toContain(`UID:${uid ?? ''}`);
  });

  it('is the same twice', () => {
    expect(formatIcs(reportOf([walked()]))).toBe(formatIcs(reportOf([walked()])));
  });

  it('lets no name add a line, and folds at 75 octets', () => {
    const text = formatIcs(reportOf([hostile, walked({ id: '2', name: '日本'.repeat(40) })]));
    expect(text.match(/^BEGIN:VEVENT/gm)).toHaveLength(2);
    for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(unfold(text)).not.toMatch(/ATTENDEE|ORGANIZER|^URL/m);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });
});
