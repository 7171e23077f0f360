import { describe, expect, it } from 'vitest';
import { isAddress, recipientsOf } from '../../shared/alerts/recipients.ts';
import { LISTS, finding, owner } from '../support/alerts.ts';

const anna = owner('anna@contoso.example');

function addressesOf(overrides: Parameters<typeof finding>[0], stage = 30): string[] {
  const warned = { ...finding(overrides), stage };
  return recipientsOf(warned, LISTS).map(({ address }) => address);
}

describe('recipients', () => {
  it('are the owners, each once and whatever the case of the address', () => {
    const owners = [anna, owner('Anna@Contoso.example'), owner('bob@contoso.example')];
    expect(addressesOf({ owners })).toEqual(['anna@contoso.example', 'bob@contoso.example']);
  });

  it('leave out owners whose account is disabled, and keep those about whom nothing is known', () => {
    const owners = [
      owner('gone@contoso.example', { accountEnabled: false }),
      owner('maybe@contoso.example', { accountEnabled: null }),
    ];
    expect(addressesOf({ owners })).toEqual(['maybe@contoso.example']);
  });

  it('are the fallback list when no owner can be reached', () => {
    expect(addressesOf({ owners: [] })).toEqual(['fallback@contoso.example']);
    expect(addressesOf({ owners: [owner(null, { id: 'x' })] })).toEqual([
      'fallback@contoso.example',
    ]);
  });

  it.each([
    [14, ['anna@contoso.example']],
    [7, ['anna@contoso.example', 'fallback@contoso.example']],
    [3, ['anna@contoso.example', 'fallback@contoso.example']],
    [1, ['anna@contoso.example', 'fallback@contoso.example', 'escalation@contoso.example']],
    [0, ['anna@contoso.example', 'fallback@contoso.example', 'escalation@contoso.example']],
    [-7, ['anna@contoso.example', 'fallback@contoso.example', 'escalation@contoso.example']],
  ])('grow as the end comes near: stage %i', (stage, expected) => {
    expect(addressesOf({ owners: [anna] }, stage)).toEqual(expected);
  });

  it('tells each why', () => {
    const application = recipientsOf({ ...finding({ owners: [anna] }), stage: 1 }, LISTS);
    expect(application.map(({ reason }) => reason)).toEqual([
      'ownsApplication',
      'withinAWeek',
      'withinADay',
    ]);
    const holder = { ...finding().holder, type: 'servicePrincipal' as const };
    const [enterprise] = recipientsOf({ ...finding({ holder }), stage: 30 }, LISTS);
    expect(enterprise?.reason).toBe('ownsEnterpriseApplication');
  });

  it('keeps the owner’s reason for an owner who is on a list as well', () => {
    const owners = [owner('FALLBACK@contoso.example')];
    const recipients = recipientsOf({ ...finding({ owners }), stage: 3 }, LISTS);
    expect(recipients).toEqual([
      { address: 'FALLBACK@contoso.example', audience: 'owner', reason: 'ownsApplication' },
    ]);
  });

  it('falls to the next list that has somebody, so that silence takes three empty lists', () => {
    const nobody = { ...finding({ owners: [] }), stage: 30 };
    const escalation = recipientsOf(nobody, { ...LISTS, fallback: [] });
    expect(escalation).toEqual([
      { address: 'escalation@contoso.example', audience: 'list', reason: 'nobodyElse' },
    ]);
    const operations = recipientsOf(nobody, { ...LISTS, fallback: [], escalation: [] });
    expect(operations.map(({ address }) => address)).toEqual(['operations@contoso.example']);
    expect(recipientsOf(nobody, { fallback: [], escalation: [], operations: [] })).toEqual([]);
  });

  it.each([
    'a@b.example\r\nBcc: x@evil.example',
    'a@b.example, x@evil.example',
    'Anna <a@b.example>',
    '"a b"@b.example',
    'no-at-sign',
    'two@@b.example',
    '\u202Ea@b.example',
    `${'a'.repeat(320)}@b.example`,
    '',
  ])('never take what is no single address: %j', (address) => {
    expect(isAddress(address)).toBe(false);
    expect(addressesOf({ owners: [owner(address)] })).toEqual(['fallback@contoso.example']);
  });
});
