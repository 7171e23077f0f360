import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAddress } from '../../shared/alerts/address.ts';
import { whoIsTold, type RecipientLists, type Warned } from '../../shared/alerts/recipients.ts';
import type { Owner, RelatedPerson } from '../../shared/credentials/directory-object.ts';
import { LISTS, finding, owner } from '../support/alerts.ts';
import { aPlace } from '../support/consumers.ts';

const anna = owner('anna@contoso.example');
const recipientsOf = (warned: Warned, lists: RecipientLists) => whoIsTold(warned, lists).told;

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

  it('are the contacts of the places that may hold this very secret, lists split', () => {
    const place = { ...aPlace(), contact: 'erp@contoso.example; ops@contoso.example' };
    const other = '00000000-0000-4000-8000-00000000000f';
    const told = (keyId: string | null) =>
      addressesOf({
        owners: [anna],
        consumers: [{ ...place, keyId }],
        otherKeyIds: [other],
      });
    const contacts = ['erp@contoso.example', 'ops@contoso.example'];
    expect(told(null)).toEqual(['anna@contoso.example', ...contacts]);
    expect(told(finding().keyId)).toEqual(['anna@contoso.example', ...contacts]);
    expect(told(other)).toEqual(['anna@contoso.example']);
    // On record with a secret that is gone: they may hold this one by now.
    expect(told('00000000-0000-4000-8000-00000000000e')).toEqual([
      'anna@contoso.example',
      ...contacts,
    ]);
  });

  it('come in the order of the chain, each with the first reason that applies', () => {
    const around = (
      relation: RelatedPerson['relation'],
      address: string,
      more: Partial<RelatedPerson> = {},
    ): RelatedPerson => ({ ...owner(address), relation, refused: null, ...more });
    const related = [
      around('managesOwner', 'boss@contoso.example'),
      around('ownsOwner', 'robots@contoso.example'),
      around('samlNotification', 'saml@contoso.example'),
      around('namedByOwner', 'team@contoso.example'),
      around('ownsOtherHalf', 'Anna@contoso.example'),
      around('ownsOtherHalf', 'bert@contoso.example'),
    ];
    const warned = { ...finding({ owners: [anna], related, consumers: [aPlace()] }), stage: 30 };
    expect(recipientsOf(warned, LISTS).map(({ address, reason }) => [address, reason])).toEqual([
      ['anna@contoso.example', 'ownsApplication'],
      ['bert@contoso.example', 'ownsEnterpriseApplication'],
      ['team@contoso.example', 'namedByOwner'],
      ['erp@contoso.example', 'consumerContact'],
      ['saml@contoso.example', 'samlNotification'],
      ['robots@contoso.example', 'ownsOwner'],
    ]);
  });

  it('facts 3 row 37: say of everybody who is passed over why', () => {
    const owners = [
      owner('left@contoso.example', { accountEnabled: false }),
      owner(null, { id: 'g', displayName: 'Shy guest', doubt: 'guestWithoutMail' }),
      owner(null, { id: 'n' }),
      owner(null, { id: 'm', displayName: 'Build agent' }),
      owner(null, { id: 's', type: 'servicePrincipal', displayName: 'Robot' }),
      owner(null, { id: 'x', type: 'group', displayName: 'Team' }),
    ];
    const spy = {
      ...owner('spy@evil.example'),
      relation: 'namedByOwner' as const,
      refused: 'foreignDomain' as const,
    };
    const consumers = [{ ...aPlace(), contact: 'the ERP people' }];
    const warned = { ...finding({ owners, related: [spy], consumers }), stage: 30 };
    const { told, skipped } = whoIsTold(warned, LISTS);
    expect(told.map(({ address }) => address)).toEqual(['fallback@contoso.example']);
    expect(skipped.map(({ who, because }) => [who, because])).toEqual([
      ['left', 'disabled'],
      ['Shy guest', 'guestWithoutMail'],
      ['n', 'notReadable'],
      ['Build agent', 'noMailbox'],
      ['Robot', 'program'],
      ['Team', 'group'],
      ['spy', 'foreignDomain'],
      ['the ERP people', 'noAddress'],
    ]);
  });

  it('never fail on anybody whom the directory half shows', () => {
    fc.assert(
      fc.property(fc.array(anyone), fc.constantFrom(60, 14, 7, 1, 0, -7), (owners, stage) => {
        const { told, skipped } = whoIsTold({ ...finding({ owners }), stage }, LISTS);
        expect(told.length).toBeGreaterThan(0);
        expect(told.every(({ address }) => isAddress(address))).toBe(true);
        expect(skipped.length).toBeLessThanOrEqual(owners.length);
      }),
    );
  });
});

const anyone: fc.Arbitrary<Owner> = fc.record({
  id: fc.option(fc.string()),
  type: fc.constantFrom('user', 'servicePrincipal', 'group', 'unknown'),
  displayName: fc.option(fc.string()),
  address: fc.option(fc.oneof(fc.string(), fc.emailAddress())),
  accountEnabled: fc.option(fc.boolean()),
});
