import { memoryAuditLog } from '../../shared/audit/memory-audit-log.ts';
import { memoryQueue } from '../../shared/storage/memory-queue.ts';
import { memoryTables } from '../../shared/storage/memory-table.ts';
import type { Adapters } from '../../shared/wiring/monitor-parts.ts';
import type { FakeClock } from './fake-clock.ts';

/** Surroundings in memory, of an installation that reads no directory, has no channel and asks nothing of itself. */
export function memoryAdapters(clock: FakeClock): Adapters {
  return {
    openTable: memoryTables().open,
    checks: memoryQueue(clock),
    deliveries: memoryQueue(clock),
    clock,
    random: () => 0.5,
    audit: memoryAuditLog(clock),
    directoryOf: () => {
      throw new Error('nobody reads');
    },
    notifiers: [],
    probes: () => Promise.reject(new Error('nobody asks')),
  };
}
