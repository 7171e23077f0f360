import type { ContainerClient } from '@azure/storage-blob';
import type { Clock } from '../clock.ts';
import { mapLimited } from '../map-limited.ts';
import { ensuredClient, ignoring } from '../storage/azure-storage.ts';
import { auditFileOf, auditLines, isBefore, type AuditLog } from './audit-log.ts';

interface BlobAuditDeps {
  /** The container of the audit; credentials and address are the caller's business. */
  connect: () => ContainerClient;
  /** Names this process among all that write at the same time. */
  writer: string;
  clock: Pick<Clock, 'now'>;
}

const AT_ONCE = 8;

/**
 * Append blobs of an Azure storage account (or Azurite): a block for each call, which the service adds whole or not at
 * all. A blob takes 50 000 blocks, so each process has one of its own for each hour. Microsoft Learn, "Append Block".
 */
export function blobAuditLog({ connect, writer, clock }: BlobAuditDeps): AuditLog {
  const container = ensuredClient({
    what: 'blobs of the audit',
    connect,
    create: (client) => client.createIfNotExists(),
    goneCode: 'ContainerNotFound',
  });
  return {
    append: async (entries) => {
      if (entries.length === 0) return;
      const name = auditFileOf(clock.now(), writer);
      const text = auditLines(entries);
      await container.run(async (client) => {
        const blob = client.getAppendBlobClient(name);
        const append = () => blob.appendBlock(text, Buffer.byteLength(text)).then(() => true);
        if (await append().catch(ignoring(404, false))) return;
        await blob.createIfNotExists();
        await append();
      });
    },
    removeBefore: async (day) => {
      const old: string[] = [];
      for await (const { name } of container.pages((client) => client.listBlobsFlat())) {
        // In the order of their names, which begin with the day.
        if (!isBefore(name, day)) break;
        old.push(name);
      }
      await mapLimited(old, AT_ONCE, (name) =>
        container.run((client) => client.deleteBlob(name).catch(ignoring(404, null))),
      );
      return old.length;
    },
  };
}
