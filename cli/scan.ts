import { fileCredentialSource } from '../shared/credentials/file-credential-source.ts';
import type { CredentialSource } from '../shared/credentials/credential-source.ts';
import { walkCredentials, type Walk, type WalkedCredential } from '../shared/checks/walk.ts';
import { displayText } from '../shared/display-text.ts';
import type { Command } from './command.ts';
import { formatCsv } from './format-csv.ts';
import { formatHtml } from './format-html.ts';
import { formatIcs } from './format-ics.ts';
import { formatJson } from './format-json.ts';
import { formatMarkdown } from './format-markdown.ts';
import { formatTable } from './format-table.ts';
import type { ExitCode, Io } from './io.ts';
import { progressOf, type Progress } from './progress.ts';
import { readScanOptions, type ScanFormat, type ScanOptions } from './scan-options.ts';
import type { ReportFormatter, ScanReport, Unread } from './scan-report.ts';
import { isFailing, isListed } from './scan-verdict.ts';

/** `keyturn scan`: what ends, read from files or from Microsoft Graph as the signed-in user (design §7). */
export const scanCommand: Command = {
  summary: 'lists what has stopped and what ends soon, from files or your tenant',
  help: `keyturn scan lists the secrets and certificates that have stopped or end soon.

Usage: keyturn scan [OPTIONS]

  --from FILE|DIR|-     read exports instead of Microsoft Graph; - is standard input; may be repeated
  --tenant ID           the tenant to read, or that the files are from
  --as-of ISO           count from this date or instant instead of now (a date is 00:00 UTC)
  --within DAYS         list what ends within so many days (60)
  --all                 list every secret and certificate
  --federated           list federated credentials too (one look-up per application)
  --format FORMAT       table (default), json, csv, markdown, html or ics
  --fail-within DAYS    exit with 1 if something ends within so many days or has stopped
  --expired-grace DAYS  with --fail-within: leave out what stopped longer ago

Without --from it reads Microsoft Graph as whoever is signed in with "az login".
Files: JSON of Microsoft Graph, az ad app list, az ad sp list, az ad app credential list,
Get-MgApplication -All | ConvertTo-Json -Depth 5, portal manifests, one JSON object per line,
CSV reports with an end-date column, and folders of these.

Exit code: 0; 1 only with --fail-within; 2 for bad input, or when not everything could be read.`,
  run: runScan,
};

/** How far the result is from everything, and how to get owners where the source has none. */
interface Reading {
  source: CredentialSource;
  tenantId: string | null;
  /** Adds owners to what was found; returns what could not be read. */
  addOwners(findings: WalkedCredential[]): Promise<Unread[]>;
  /** True when nothing at all was an export: then there is no result to print. */
  isRefused(): boolean;
}

const FORMATTERS: Record<ScanFormat, ReportFormatter> = {
  table: formatTable,
  json: formatJson,
  csv: formatCsv,
  markdown: formatMarkdown,
  html: formatHtml,
  ics: formatIcs,
};
const COLUMNS_OF_A_FILE = 120;
const MAX_REASONS_SHOWN = 20;

async function runScan(args: string[], io: Io): Promise<ExitCode> {
  const options = readScanOptions(args, io.now());
  const progress = progressOf(io);
  const reading = await openReading(options, { io, progress });
  let failing = 0;
  const walk = await walkCredentials(progress.watch(reading.source), {
    now: options.asOf,
    keep: (credential) => {
      if (isFailing(credential, options)) failing += 1;
      return isListed(credential, options);
    },
  });
  const unread = [...unreadOf(walk), ...(await reading.addOwners(walk.findings))];
  progress.end();
  if (reading.isRefused()) {
    sayUnread(unread, io);
    return 2;
  }
  const report: ScanReport = {
    ...options,
    tenantId: reading.tenantId,
    complete: unread.length === 0,
    counts: walk.counts,
    findings: walk.findings,
    unread,
  };
  io.out(FORMATTERS[options.format](report, io.columns ?? COLUMNS_OF_A_FILE));
  // The table says it itself; the other formats may go to a file that nobody looks at.
  if (options.format !== 'table') sayUnread(unread, io);
  if (!report.complete) return 2;
  return failing > 0 ? 1 : 0;
}

async function openReading(
  options: ScanOptions,
  { io, progress }: { io: Io; progress: Progress },
): Promise<Reading> {
  if (options.from.length === 0) {
    // Loaded on demand: reading a file needs no Azure SDK.
    const { openTenant } = await import('./live-source.ts');
    return openTenant(options, io);
  }
  let read = 0;
  const source = fileCredentialSource(options.from, {
    stdin: () => io.readInput(),
    onFile: (note) => {
      if (note.kind === 'refused') return;
      read += 1;
      progress.file(note);
    },
  });
  return {
    source,
    tenantId: options.tenantId,
    addOwners: () => Promise.resolve([]),
    isRefused: () => read === 0,
  };
}

function unreadOf(walk: Walk): Unread[] {
  const lists = walk.incomplete.map(({ list, reason }) => ({ where: list, reason }));
  return [...walk.skipped, ...lists];
}

function sayUnread(unread: Unread[], io: Io): void {
  for (const { where, reason } of unread.slice(0, MAX_REASONS_SHOWN)) {
    io.err(`Not read: ${displayText(where, 200)}: ${displayText(reason, 900)}\n`);
  }
  const more = unread.length - MAX_REASONS_SHOWN;
  if (more > 0) io.err(`Not read: ${String(more)} more\n`);
}
