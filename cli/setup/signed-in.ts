import { cliCredential } from '../../shared/azure-credentials.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Io } from '../io.ts';
import { tokenOf } from '../live-source.ts';
import type { MonitorIds } from './exchange-steps.ts';
import { graphAccess, type GraphAccess } from './graph-access.ts';
import { recordsOf } from './graph-answer.ts';
import { identity } from './lookups.ts';
import type { Wanted } from './wanted.ts';

/** Graph as whoever used `az login`. Throws AppError `unauthorized` with what to type where nobody did. */
export async function signedIn(
  { cloud, tenantId }: Pick<Wanted, 'cloud' | 'tenantId'>,
  { sleep }: Pick<Io, 'sleep'>,
): Promise<GraphAccess> {
  const credential = cliCredential(tenantId ?? undefined);
  await tokenOf(credential, { cloud, tenantId });
  const clock = { ...systemClock, sleep };
  return graphAccess({ cloud, credential, clock, random: Math.random });
}

/** What Exchange is to be told of the monitor identity; nulls while it is not deployed. */
export async function monitorIds({ name }: Wanted, graph: GraphAccess): Promise<MonitorIds> {
  const { path, pick } = identity('MONITOR', `${name}-monitor`);
  const answer = await graph.get(path.replace('$select=id,', '$select=id,appId,'));
  const objectId = answer === null ? null : pick(answer, new Map());
  const found = recordsOf(answer?.['value']).find(({ id }) => id === objectId);
  const appId = found?.['appId'];
  return { objectId, appId: typeof appId === 'string' ? appId : null };
}
