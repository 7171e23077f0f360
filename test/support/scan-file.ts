import { runKeyturn } from '../../cli/run.ts';
import { fakeIo } from './fake-io.ts';

interface ScannedFinding {
  id: string;
  status: string;
  daysLeft: number | null;
  startsAt: string | null;
  expiresAt: string | null;
  type: string;
  keyId: string | null;
  name: string;
  hint: string | null;
  thumbprint: string | null;
  holder: {
    type: string;
    objectId: string | null;
    appId: string | null;
    displayName: string | null;
  };
  selfRenewing: string | null;
  owners: { address: string | null; displayName: string | null }[];
}

export interface ScannedReport {
  asOf: string;
  tenantId: string | null;
  complete: boolean;
  counts: Record<string, number>;
  findings: ScannedFinding[];
  skipped: { where: string; reason: string }[];
}

export interface Scanned {
  exit: number;
  /** Null when nothing was printed. */
  report: ScannedReport | null;
  stdout: string;
  stderr: string;
}

/** `keyturn scan --format json` over a path, or over a text or bytes on standard input. */
export async function scan(
  input: { path: string } | { stdin: string | Uint8Array },
  args: string[] = [],
): Promise<Scanned> {
  const io = fakeIo('stdin' in input ? { stdin: input.stdin } : {});
  const from = 'path' in input ? input.path : '-';
  const exit = await runKeyturn(['scan', '--from', from, '--format', 'json', ...args], io);
  const report = io.stdout === '' ? null : (JSON.parse(io.stdout) as ScannedReport);
  return { exit, report, stdout: io.stdout, stderr: io.stderr };
}
