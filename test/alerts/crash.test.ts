import { describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/checks/finding.ts';
import { whoIsTold } from '../../shared/alerts/recipients.ts';
import {
  alertWorld,
  finding,
  LISTS,
  owner,
  run,
  told,
  type AlertWorld,
} from '../support/alerts.ts';
import { Crash, crashing, type Crashing } from '../support/crashing.ts';
import { seeded } from '../support/random.ts';

const TENANTS = ['1', '2', '3'].map((n) => `${n.repeat(8)}-1111-4111-8111-111111111111`);

const RUNS = TENANTS.map((tenantId, index) =>
  run({ runId: `run-${index}`, nightId: 'night-1', tenantId }),
);

/** Per tenant: two owners who share one application, one application without, one that ends today. */
const FINDINGS = new Map<string, Finding[]>(
  TENANTS.map((tenantId) => [
    tenantId,
    [
      finding({
        tenantId,
        id: `${tenantId}:a`,
        owners: [owner('anna@x.example'), owner('bob@x.example')],
      }),
      finding({ tenantId, id: `${tenantId}:b`, owners: [owner('anna@x.example')] }),
      finding({ tenantId, id: `${tenantId}:c`, owners: [] }),
      finding({ tenantId, id: `${tenantId}:d`, owners: [owner('bob@x.example')], stage: 0 }),
    ],
  ]),
);

const EXPECTED = [...FINDINGS.values()]
  .flat()
  .flatMap((one) =>
    whoIsTold({ ...one, stage: one.stage ?? 0 }, LISTS).told.map(
      ({ address }) => `${address}: ${one.id} at ${one.stage}`,
    ),
  );

type Job =
  { kind: 'run'; index: number } | { kind: 'delivery'; partition: string } | { kind: 'sweep' };

interface Host {
  process: Crashing;
  world: AlertWorld;
  /** Warnings of messages that were out when the process died before it had marked them: these may come twice. */
  mayRepeat: Set<string>;
  crashes: number;
}

function createHost(): Host {
  const process = crashing();
  const world = alertWorld({
    tables: (open) => process.tables(open),
    queue: (queue) => process.queue(queue),
    notifier: (notifier) => process.notifier(notifier),
  });
  return { process, world, mayRepeat: new Set(), crashes: 0 };
}

/** Works until nothing is left. A job whose process died comes back, as a queue would give it back. */
async function work(host: Host, jobs: Job[], onCrash: (host: Host) => void): Promise<void> {
  const { process, world } = host;
  for (let step = 0; step < 400; step += 1) {
    const job = jobs.shift() ?? nextDelivery(world);
    if (job === null) {
      world.clock.advance(61_000);
      const swept = await attempt(host, { kind: 'sweep' });
      if (process.isDead) revive(host, onCrash);
      else if (swept === 0 && (world.memory.dump()['alertoutbox'] ?? []).every(isDangling(world)))
        return;
      continue;
    }
    await attempt(host, job);
    if (!process.isDead) continue;
    revive(host, onCrash);
    jobs.unshift(job);
  }
  throw new Error('it never came to rest');
}

function nextDelivery(world: AlertWorld): Job | null {
  const message = world.waiting.take();
  return message === null ? null : { kind: 'delivery', partition: message.partition };
}

function isDangling(world: AlertWorld) {
  const rows = new Set((world.memory.dump()['alertledger'] ?? []).map(({ row }) => row));
  return ({ row }: { row: string }) => !rows.has(row);
}

function revive(host: Host, onCrash: (host: Host) => void): void {
  host.crashes += 1;
  host.process.restart();
  host.world.clock.advance(30_000);
  onCrash(host);
}

async function attempt(host: Host, job: Job): Promise<number> {
  const { world } = host;
  const before = world.mail.accepted.length;
  try {
    if (job.kind === 'sweep') return (await world.sweep()).enqueued;
    if (job.kind === 'delivery') await world.deliver(job.partition);
    else await planRun(world, job.index);
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    for (const warning of told(world.mail.accepted.slice(before))) host.mayRepeat.add(warning);
  }
  return 0;
}

async function planRun(world: AlertWorld, index: number): Promise<void> {
  const one = RUNS[index];
  if (one === undefined) return;
  // checkTenant finds nothing more to do for a run that is finished.
  if (!world.isFinished(one)) await world.plan(one, FINDINGS.get(one.tenantId) ?? []);
  world.finish(one);
  await world.over(one.nightId);
}

function startNight(host: Host): Job[] {
  host.world.runs.push(...RUNS);
  return RUNS.map((_, index) => ({ kind: 'run', index }));
}

/** Everybody was told everything, and twice only what was out already when the process died. */
function verify({ world, mayRepeat }: Host, label: string): number {
  const sent = told(world.mail.accepted);
  expect([...new Set(sent)].toSorted(), label).toEqual(EXPECTED.toSorted());
  const repeated = sent.filter((warning, index) => sent.indexOf(warning) !== index);
  expect(
    repeated.filter((warning) => !mayRepeat.has(warning)),
    label,
  ).toEqual([]);
  return repeated.length === 0 ? 0 : 1;
}

const nothing = (): void => {};

async function writesOfOneNight(): Promise<number> {
  const host = createHost();
  await work(host, startNight(host), nothing);
  expect(verify(host, 'no crash')).toBe(0);
  return host.process.writes;
}

describe('a process that dies', () => {
  it('at any write between planning and delivery loses no mail', async () => {
    const writes = await writesOfOneNight();
    let points = 0;
    let repeats = 0;
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= writes; at += 1) {
        const host = createHost();
        host.process.arm(at, when);
        await work(host, startNight(host), nothing);
        expect(host.crashes, `${when} write ${at}`).toBe(1);
        repeats += verify(host, `${when} write ${at}`);
        points += 1;
      }
    }
    console.log(
      `crash points: ${points} (${writes} writes, before and after each): ${points} nights with every warning told, 0 lost; ${repeats} repeated a message that was out already`,
    );
    expect(points).toBeGreaterThan(100);
    // "May repeat one message": only between send and mark.
    expect(repeats).toBeLessThan(points / 2);
  });

  it('again and again, with its queue lost too, loses no mail', async () => {
    let crashes = 0;
    let repeats = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = seeded(seed);
      const host = createHost();
      let left = 1 + Math.floor(random() * 6);
      const armNext = () =>
        host.process.arm(1 + Math.floor(random() * 60), random() < 0.5 ? 'before' : 'after');
      armNext();
      await work(host, startNight(host), ({ world }) => {
        if (random() < 0.5) while (world.waiting.take() !== null);
        left -= 1;
        if (left > 0) armNext();
      });
      crashes += host.crashes;
      repeats += verify(host, `seed ${seed}`);
    }
    console.log(
      `seeds: 100, crashes: ${crashes}, 0 warnings lost; ${repeats} nights with a repeat`,
    );
    expect(crashes).toBeGreaterThan(150);
  });
});
