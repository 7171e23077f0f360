import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess, type InProcess } from '../support/in-process.ts';
import { warningsOf, type Warning } from './oracle.ts';
import { FIRST_NIGHT, MISSED, nightAt, NIGHTS, tenantOn } from './story.ts';

const GOLDEN = new URL('nights.golden.txt', import.meta.url);
const nights = Array.from({ length: NIGHTS }, (_, day) => day).filter(
  (day) => !MISSED.includes(day),
);

let keyturn: InProcess;

beforeAll(async () => {
  keyturn = await startInProcess({ now: FIRST_NIGHT });
  for (const day of nights) {
    keyturn.clock.set(nightAt(day).toISOString());
    keyturn.setTenant(tenantOn(day));
    await keyturn.night();
    await keyturn.sweep();
  }
}, 120_000);

afterAll(() => keyturn?.stop());

function told(): Warning[] {
  return keyturn.taken.flatMap(({ at, message }) =>
    message.items
      .filter(({ kind }) => kind === 'ends')
      .map(({ findingId, stage, holder }) => ({
        date: at.slice(0, 10),
        address: message.address,
        holder: holder.displayName ?? '',
        keyId: findingId.split(':').at(-1) ?? '',
        stage,
      })),
  );
}

function inWords({ date, address, holder, keyId, stage }: Warning): string {
  return `${date} ${address}: ${holder} (${keyId}) at ${stage}`;
}

/** What arrived, one line per message: date, channel, recipient, stages, subject; sorted within a night. */
function lines(): string[] {
  const mails = keyturn.world.mail.map(({ subject }) => subject);
  const all = keyturn.taken.map(({ at, channel, message }) => {
    const stages = message.items.map(({ stage }) => stage).toSorted((a, b) => a - b);
    const subject = channel === 'mail' ? (mails.shift() ?? '') : '';
    return [at.slice(0, 10), channel, message.address, stages.join(' '), subject].join(' · ');
  });
  return all.toSorted();
}

describe(`${NIGHTS} nights over the seeded tenant, ${MISSED.length} of them missed`, () => {
  it('tell everybody what design §4 says, on the first night that can, and nobody anything twice', () => {
    const expected = warningsOf(nights.map((day) => ({ at: nightAt(day), tenant: tenantOn(day) })));
    expect(told().map(inWords).toSorted()).toEqual(expected.map(inWords).toSorted());
    console.log(
      `${NIGHTS} nights: ${expected.length} warnings in ${keyturn.taken.length} messages, 0 lost, 0 repeated`,
    );
  });

  it('give each person one mail per night', () => {
    const mails = keyturn.taken.map(({ at, message }) => `${at.slice(0, 10)} ${message.address}`);
    expect(mails).toEqual([...new Set(mails)]);
  });

  it('leave nothing in the outbox and nothing in the log that a human must see to', () => {
    expect(keyturn.tables.dump()['alertoutbox']).toEqual([]);
    expect(keyturn.errors).toEqual([]);
  });

  it('send exactly these messages', async () => {
    const text = `${lines().join('\n')}\n`;
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(GOLDEN, text);
    expect(text).toBe(await readFile(GOLDEN, 'utf8'));
  });
});
