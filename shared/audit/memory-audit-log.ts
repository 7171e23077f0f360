import type { Clock } from '../clock.ts';
import { auditFileOf, auditLines, isBefore, type AuditLog } from './audit-log.ts';

interface MemoryAudit extends AuditLog {
  /** The text of every file, by name. */
  dump(): Record<string, string>;
}

/** The twin of the append blobs in memory: same files, same lines. */
export function memoryAuditLog(clock: Pick<Clock, 'now'>): MemoryAudit {
  const files = new Map<string, string>();
  return {
    append: async (entries) => {
      const name = auditFileOf(clock.now(), 'memory');
      if (entries.length > 0) files.set(name, (files.get(name) ?? '') + auditLines(entries));
    },
    removeBefore: async (day) => {
      const old = [...files.keys()].filter((name) => isBefore(name, day));
      for (const name of old) files.delete(name);
      return old.length;
    },
    dump: () => Object.fromEntries(files),
  };
}
