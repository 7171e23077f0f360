import type { KeptCertificates } from '../credentials/kept-certificate.ts';
import type { WalkedCredential } from './walk.ts';

/** Notes which certificates of applications, among those that somebody is to be told about, a watched vault has too. */
export async function noteKeptCertificates(
  kept: KeptCertificates | null,
  findings: readonly WalkedCredential[],
): Promise<void> {
  const due = findings.filter(isOfApplication);
  if (kept === null || due.length === 0) return;
  const found = await kept.find(due.flatMap(({ thumbprint }) => thumbprint ?? []));
  for (const finding of due) finding.keptIn = found.get(finding.thumbprint ?? '') ?? null;
}

function isOfApplication({ type, thumbprint, stage }: WalkedCredential): boolean {
  return type === 'certificate' && thumbprint !== null && stage !== null;
}
