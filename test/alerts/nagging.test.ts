import { describe, expect, it } from 'vitest';
import { alertWorld, finding, run, told } from '../support/alerts.ts';

async function nightsOf(stages: (number | null)[]): Promise<string[]> {
  const world = alertWorld();
  for (const [index, stage] of stages.entries()) {
    const id = `night-${index}`;
    await world.night(run({ runId: id, nightId: id }), [finding({ stage })]);
  }
  return told(world.mail.accepted);
}

describe('what users of other monitors complained about: nagging', () => {
  it('facts 3 row 42: two identical runs send nothing twice', async () => {
    expect(await nightsOf([14, 14, 14])).toHaveLength(1);
  });

  it('facts 3 row 42: one changed item does not send the others again', async () => {
    const world = alertWorld();
    const other = { id: 'application:bb:clientSecret:k2', stage: 30 };
    await world.night(run(), [finding(), finding(other)]);
    const before = world.mail.accepted.length;
    const next = run({ runId: 'two', nightId: 'two' });
    await world.night(next, [finding(), finding({ ...other, stage: 14 })]);
    expect(told(world.mail.accepted.slice(before))).toEqual([
      'anna@contoso.example: application:bb:clientSecret:k2 at 14',
    ]);
  });

  it('facts 3 row 43: what ended is told weekly for four weeks, and then no more', async () => {
    const lines = await nightsOf([0, -7, -14, -21, -28, null, null]);
    expect(
      lines.filter((line) => line.startsWith('anna')).map((line) => line.split(' at ')[1]),
    ).toEqual(['0', '-7', '-14', '-21', '-28']);
  });
});
