import { randomBytes } from 'node:crypto';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Clock } from '../clock.ts';
import type { StorageSettings } from '../settings.ts';

/** The container of the state account that keeps who did what. */
const AUDIT_CONTAINER = 'audit';

/** The audit in the state account. Its SDK comes with the first entry. */
export function azureAudit(storage: StorageSettings, clock: Pick<Clock, 'now'>): AuditLog {
  let opened: Promise<AuditLog> | null = null;
  const open = () => (opened ??= openAudit(storage, clock));
  return {
    append: async (entries) => (await open()).append(entries),
    removeBefore: async (day) => (await open()).removeBefore(day),
  };
}

async function openAudit(storage: StorageSettings, clock: Pick<Clock, 'now'>): Promise<AuditLog> {
  const [{ blobContainer }, { blobAuditLog }] = await Promise.all([
    import('./azure-blobs.ts'),
    import('../audit/blob-audit-log.ts'),
  ]);
  return blobAuditLog({
    connect: () => blobContainer(storage, AUDIT_CONTAINER),
    writer: randomBytes(6).toString('hex'),
    clock,
  });
}
