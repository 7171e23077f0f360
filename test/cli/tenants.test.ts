import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { fakeInstallation } from '../support/fake-installation.ts';

const ID = 'fab00000-0000-4000-8000-000000000001';
const OTHER = 'fab00000-0000-4000-8000-000000000002';
const LINK = {
  url: `https://keyturn.example/act#kto_${ID}_${'A'.repeat(43)}`,
  expiresAt: '2027-01-22T02:00:00.000Z',
};

function tenant(members: object = {}) {
  return {
    tenantId: ID,
    displayName: 'Fabrikam',
    status: 'watched',
    statusReason: null,
    nextAction: null,
    alerts: null,
    lastSuccess: '2027-01-19T02:00:00.000Z',
    etag: '"e1"',
    ...members,
  };
}

const listOf = (...tenants: object[]) => ({ body: { tenants } });

describe('keyturn tenants', () => {
  it('lists each with how it is doing, and what to do', async () => {
    const withdrawn = {
      tenantId: OTHER,
      displayName: 'Evil\u202e\u001b[31m',
      status: 'consentWithdrawn',
      statusReason: 'It does not let Keyturn in.',
      nextAction: 'Send a new link.',
      lastSuccess: null,
    };
    const { io } = fakeInstallation(() => listOf(tenant(), tenant(withdrawn)));
    expect(await runKeyturn(['tenants'], io)).toBe(0);
    expect(io.stdout).toContain(`${ID}  Fabrikam  watched, last read 2027-01-19T02:00:00.000Z\n`);
    expect(io.stdout).toContain('consent withdrawn, never read\n    It does not let Keyturn in.\n');
    expect(io.stdout).not.toContain('\u202e');
    expect(io.stdout).not.toContain('\u001b');
  });

  it('adds one by a domain, and prints the link for its administrator', async () => {
    const { io, calls } = fakeInstallation(() => ({
      status: 201,
      body: { ...tenant({ status: 'waiting', lastSuccess: null }), consentLink: LINK },
    }));
    expect(await runKeyturn(['tenants', 'add', 'fabrikam.com', '--name', 'Fabrikam'], io)).toBe(0);
    expect(calls).toMatchObject([
      { method: 'POST', body: { tenantId: 'fabrikam.com', displayName: 'Fabrikam', alerts: null } },
    ]);
    expect(io.stdout).toContain(`${LINK.url}\n`);
  });

  it('says of one that agreed before that it is watched', async () => {
    const { io } = fakeInstallation(() => ({
      status: 201,
      body: { ...tenant(), consentLink: null },
    }));
    expect(await runKeyturn(['tenants', 'add', ID], io)).toBe(0);
    expect(io.stdout).toContain('watched from the next night on');
  });

  it('makes a new link and removes by a name, where only one has it', async () => {
    const { io, calls } = fakeInstallation(({ method }) =>
      method === 'GET'
        ? listOf(tenant())
        : { status: method === 'POST' ? 201 : 204, body: method === 'POST' ? LINK : '' },
    );
    expect(await runKeyturn(['tenants', 'link', 'fabrikam'], io)).toBe(0);
    expect(calls.at(-1)).toMatchObject({ url: `https://keyturn.example/api/tenants/${ID}/links` });
    const twice = fakeInstallation(() => listOf(tenant(), tenant({ tenantId: OTHER })));
    expect(await runKeyturn(['tenants', 'remove', 'Fabrikam'], twice.io)).toBe(2);
    expect(twice.io.stderr).toContain('give the id');
  });

  it('starts one quietly, and switches it on with everything else as it was', async () => {
    const quiet = fakeInstallation(() => ({
      status: 201,
      body: { ...tenant({ alerts: 'operations' }), consentLink: null },
    }));
    expect(await runKeyturn(['tenants', 'add', ID, '--quiet'], quiet.io)).toBe(0);
    expect(quiet.calls).toMatchObject([{ body: { tenantId: ID, alerts: 'operations' } }]);

    const recipients = { fallback: ['desk@fabrikam.example'], escalation: null, domains: null };
    const { io, calls } = fakeInstallation(({ method }) =>
      method === 'GET'
        ? listOf(tenant({ alerts: 'operations', recipients }))
        : { body: tenant({ recipients }) },
    );
    expect(await runKeyturn(['tenants', 'alerts', 'fabrikam', 'live'], io)).toBe(0);
    expect(calls.at(-1)).toMatchObject({
      method: 'PUT',
      url: `https://keyturn.example/api/tenants/${ID}`,
      ifMatch: '"e1"',
      body: { alerts: null, recipients },
    });
    expect(io.stdout).toContain('keyturn alerts');
  });

  it('asks for nothing when the words make no sense', async () => {
    for (const args of [
      ['ad'],
      ['add'],
      ['add', 'a', 'b'],
      ['link', ID, '--name', 'x'],
      ['list', 'x'],
      ['alerts', ID],
      ['alerts', ID, 'preview'],
    ]) {
      const { io, calls } = fakeInstallation(() => listOf());
      expect(await runKeyturn(['tenants', ...args], io)).toBe(2);
      expect(calls).toEqual([]);
    }
  });
});
