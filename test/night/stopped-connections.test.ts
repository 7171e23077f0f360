import { describe, expect, it } from 'vitest';
import { createConnectionStore } from '../../shared/connections/connection-store.ts';
import {
  newConnectionState,
  type ConnectionState,
} from '../../shared/connections/connection-status.ts';
import type { Connection } from '../../shared/connections/connection.ts';
import { connection } from '../support/connections.ts';
import { app, ending, NIGHT, oneTenant, type OneTenant } from '../support/one-tenant.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ERP = 'erp@contoso.example';
const APP_ID = '33333333-3333-4333-8333-333333333333';

interface House extends OneTenant {
  /** A connection that works, owned by the ERP team. */
  connect(id: string, changed?: Partial<Connection>): Promise<Connection>;
  become(one: Connection, changed: Partial<ConnectionState>): Promise<void>;
  wait(ms: number): Promise<void>;
}

/** Names that look like addresses are broken up, so that no mail program makes links of them. */
const plain = (text: string | undefined) => (text ?? '').replaceAll('\u200b', '');

/** After a night in which everything worked. */
async function house(
  applications = [app('Quiet', { passwordCredentials: [ending(300)] })],
): Promise<House> {
  const keyturn = await oneTenant({ tenant: { applications } });
  const store = createConnectionStore(keyturn.tables.open);
  const become: House['become'] = async (one, changed) => {
    const now = keyturn.clock.now();
    const since = now.toISOString();
    await store.setState(one, (state) => ({
      ...(state ?? newConnectionState(now)),
      since,
      ...changed,
    }));
  };
  await keyturn.night();
  keyturn.world.mail.length = 0;
  return {
    ...keyturn,
    become,
    connect: async (id, changed = {}) => {
      const one = connection({ id, displayName: id, owners: [ERP], ...changed });
      await store.create(one);
      await become(one, { status: 'connected' });
      return one;
    },
    wait: async (ms) => {
      keyturn.clock.advance(ms);
      await keyturn.sweep();
    },
  };
}

const DEAD_GRANT = {
  status: 'reauthorizationRequired',
  statusReason: 'The password of the account was changed.',
  nextAction: 'Sign in again.',
} as const;

describe('a connection that has stopped', () => {
  it('is told within minutes to whoever is named on it, with what to do, and once', async () => {
    const keyturn = await house();
    const prod = await keyturn.connect('bc-prod', {
      displayName: 'BC Prod',
      consumers: [{ system: 'SmartConnect', name: 'BC Prod', contact: 'smart@contoso.example' }],
    });
    await keyturn.wait(20 * MINUTE_MS);
    expect(keyturn.subjects()).toEqual([]);
    await keyturn.become(prod, { ...DEAD_GRANT, authorizedBy: signedIn() });
    await keyturn.wait(MINUTE_MS);
    const [mail] = keyturn.mailsTo(ERP);
    expect(mail?.subject).toContain('BC Prod stopped');
    expect(mail?.text).toContain('The password of the account was changed.');
    expect(plain(mail?.text)).toContain('The account is erp-account@contoso.example');
    expect(mail?.text).toContain('keyturn connections connect bc-prod');
    expect(mail?.text).toContain('you are named on the connection');
    expect(mail?.text).toContain('SmartConnect “BC Prod”');
    expect(keyturn.mailsTo('smart@contoso.example')).toHaveLength(1);
    const sent = keyturn.world.mail.length;
    await keyturn.wait(20 * MINUTE_MS);
    keyturn.clock.set('2026-11-26T02:00:00Z');
    await keyturn.night();
    expect(keyturn.mailsTo(ERP)).toHaveLength(1);
    expect(sent).toBeGreaterThan(0);
  });

  it('is told once, also where it stops while a night begins', async () => {
    const keyturn = await house();
    const prod = await keyturn.connect('bc-prod');
    keyturn.clock.set('2026-11-26T02:00:00Z');
    const since = new Date(keyturn.clock.now().getTime() + 200).toISOString();
    await keyturn.become(prod, { ...DEAD_GRANT, since });
    await keyturn.night();
    await keyturn.wait(20 * MINUTE_MS);
    for (const day of [27, 28]) {
      keyturn.clock.set(`2026-11-${day}T02:00:00Z`);
      await keyturn.night();
    }
    expect(keyturn.mailsTo(ERP)).toHaveLength(1);
  });

  it('is over when it works again, and that is told to the same people', async () => {
    const keyturn = await house();
    const prod = await keyturn.connect('bc-prod');
    await keyturn.become(prod, DEAD_GRANT);
    await keyturn.wait(20 * MINUTE_MS);
    await keyturn.become(prod, { status: 'connected', statusReason: null, nextAction: null });
    keyturn.clock.set('2026-11-26T02:00:00Z');
    await keyturn.night();
    expect(keyturn.mailsTo(ERP).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('bc-prod stopped'),
      expect.stringContaining('Done: bc-prod works again'),
    ]);
    // When it stops again, that is news.
    await keyturn.become(prod, DEAD_GRANT);
    await keyturn.wait(20 * MINUTE_MS);
    expect(keyturn.mailsTo(ERP)).toHaveLength(3);
  });

  it('is given six hours to heal by itself where the service was only out of reach', async () => {
    const keyturn = await house();
    const prod = await keyturn.connect('bc-prod');
    await keyturn.become(prod, { status: 'degraded', statusReason: 'The service is busy.' });
    await keyturn.wait(5 * 60 * MINUTE_MS);
    expect(keyturn.mailsTo(ERP)).toEqual([]);
    await keyturn.wait(60 * MINUTE_MS);
    expect(keyturn.mailsTo(ERP)).toHaveLength(1);
  });

  it('is one matter for all connections of an application whose proof is refused', async () => {
    const keyturn = await house();
    const broken = { status: 'appCredentialBroken', statusReason: 'The secret is wrong.' } as const;
    const [first, second] = [
      await keyturn.connect('bc-one', { clientId: APP_ID }),
      await keyturn.connect('bc-two', { clientId: APP_ID }),
    ];
    await keyturn.become(first, broken);
    await keyturn.become(second, { ...broken, since: keyturn.clock.now().toISOString() });
    await keyturn.wait(20 * MINUTE_MS);
    const mails = keyturn.mailsTo(ERP);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.text).toContain('bc-two stopped for the same reason');
    // The other one still stands still when the first works again.
    await keyturn.become(first, { status: 'connected' });
    keyturn.clock.set('2026-11-26T02:00:00Z');
    await keyturn.night();
    const after = keyturn.mailsTo(ERP).slice(1);
    expect(after.map(({ text }) => text).join()).toContain('bc-two');
  });

  it('is not told beside the secret that has ended: that warning names what it stops', async () => {
    const keyturn = await house([
      app('SmartConnect BC', { appId: APP_ID, passwordCredentials: [ending(0.5)] }),
    ]);
    const one = await keyturn.connect('bc-prod', {
      clientId: APP_ID,
      appTenantId: (await keyturn.run()).tenantId,
      secrets: [{ name: 's', version: '1', hint: 'Ab3', addedAt: NIGHT.replace('Z', '.000Z') }],
    });
    keyturn.clock.advance(0.6 * DAY_MS);
    await keyturn.become(one, { status: 'appCredentialBroken', statusReason: 'It has ended.' });
    await keyturn.wait(20 * MINUTE_MS);
    expect(keyturn.world.mail.map(({ text }) => text).join()).not.toContain('It has ended.');
  });

  it('costs a large directory no more than one reading in a quarter of an hour', async () => {
    const keyturn = await house();
    const prod = await keyturn.connect('bc-prod');
    const nights = async () => (await keyturn.services.runs.recent(50)).length;
    const before = await nights();
    keyturn.clock.advance(20 * MINUTE_MS);
    for (let flap = 0; flap < 6; flap += 1) {
      await keyturn.become(prod, DEAD_GRANT);
      await keyturn.sweep();
      await keyturn.become(prod, { status: 'connected' });
    }
    expect((await nights()) - before).toBeLessThanOrEqual(3);
  });
});

describe('a connection that will stop', () => {
  it('long after now counts as none of what a run has read', async () => {
    const keyturn = await house();
    const before = (await keyturn.run()).counts?.credentials;
    const prod = await keyturn.connect('bc-prod');
    const worksUntil = new Date(Date.parse(NIGHT) + 90 * DAY_MS).toISOString();
    await keyturn.become(prod, { worksUntil, endsBecause: 'signInExpires' });
    keyturn.clock.set('2026-11-26T02:00:00Z');
    await keyturn.night();
    expect((await keyturn.run()).counts?.credentials).toBe(before);
  });

  it('because a policy ends its sign-in is told ahead, with whose account to sign in', async () => {
    const keyturn = await house();
    const prod = await keyturn.connect('bc-prod');
    await keyturn.become(prod, {
      authorizedBy: signedIn(),
      worksUntil: new Date(Date.parse(NIGHT) + 13.6 * DAY_MS).toISOString(),
      endsBecause: 'signInFrequency',
    });
    keyturn.clock.set('2026-11-26T02:00:00Z');
    await keyturn.night();
    const [mail] = keyturn.mailsTo(ERP);
    expect(mail?.subject).toContain('bc-prod stops');
    expect(plain(mail?.text)).toContain('Sign in again before then as erp-account@contoso.example');
  });
});

function signedIn(): NonNullable<ConnectionState['authorizedBy']> {
  return {
    issuer: 'https://login.microsoftonline.com/x/v2.0',
    subject: 's',
    tenantId: null,
    objectId: null,
    displayName: 'ERP',
    userName: 'erp-account@contoso.example',
    at: '2026-09-25T02:00:00.000Z',
  };
}
