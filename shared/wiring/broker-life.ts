import { accountsOf } from './accounts-of.ts';
import { keepAlive } from '../broker/keep-alive.ts';
import { resumeConnections } from '../broker/resume-connections.ts';
import { resealStates } from '../broker/reseal-states.ts';
import type { BrokerParts } from './broker-parts.ts';
import type { LogFields } from '../log.ts';
import type { MonitorParts } from './monitor-parts.ts';
import { secretEnds } from './secret-ends.ts';

/** Lets connections whose secret is refused take over one that works; gives how many work again. */
export async function resumeStopped(broker: (() => Promise<BrokerParts>) | null): Promise<number> {
  return broker === null ? 0 : resumeConnections(await broker());
}

/**
 * What the broker does by the clock: keeps grants alive, removes what deleted connections left behind, and turns the key
 * that seals the shared states once a year. Nothing where the installation holds no connections.
 */
export async function lookAfterGrants(
  broker: (() => Promise<BrokerParts>) | null,
  monitor: Pick<MonitorParts, 'findings' | 'watched' | 'directoryOf'>,
): Promise<LogFields> {
  if (broker === null) return { grants: 0 };
  const parts = await broker();
  const kept = await keepAlive({
    ...parts,
    secretEndOf: secretEnds(monitor.findings),
    accountOf: accountsOf(monitor),
  });
  const { retired, left } = await parts.retirement.sweep();
  await parts.sealing.rotateWhenOld();
  return { ...kept, retired, left, ...(await resealStates(parts)) };
}
