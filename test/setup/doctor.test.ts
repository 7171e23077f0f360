import { describe, expect, it } from 'vitest';
import { runKeyturn } from '../../cli/run.ts';
import { setupAnswer } from '../../shared/http/setup-schemas.ts';
import { createServices } from '../../shared/services.ts';
import { createLog } from '../../shared/log.ts';
import { readSettings } from '../../shared/settings.ts';
import type { SetupProbes } from '../../shared/setup/setup-report.ts';
import { TENANT } from '../support/checks.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fakeInstallation } from '../support/fake-installation.ts';
import { probesThat } from '../support/setup-probes.ts';
import { memoryAdapters } from '../support/memory-adapters.ts';

const ENVIRONMENT = {
  KEYTURN_PUBLIC_URL: 'https://keyturn.example',
  KEYTURN_HOME_TENANT: TENANT,
  KEYTURN_STORAGE: 'UseDevelopmentStorage=true',
  KEYTURN_KEYS: 'on',
  KEYTURN_API_AUDIENCE: '1d7b6a50-9f44-4f7c-8a35-6b6579747572',
  KEYTURN_ALERTS: 'live',
  KEYTURN_MAIL_FROM: 'keyturn@contoso.example',
  KEYTURN_FALLBACK_RECIPIENTS: 'fallback@contoso.example',
  KEYTURN_OPERATIONS_RECIPIENTS: 'operations@contoso.example',
};

/** An installation of this code whose surroundings are like this, and the doctor's visit. */
function house({ probes = probesThat(), env = {} }: { probes?: SetupProbes; env?: object } = {}) {
  const read = readSettings({ ...ENVIRONMENT, ...env });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  const clock = fakeClock('2026-11-28T09:00:00Z');
  const services = createServices({
    settings: read.settings,
    log: createLog(() => undefined),
    adapters: { ...memoryAdapters(clock), probes: async () => probes },
  });
  const visit = async () => {
    const { io } = fakeInstallation(async () => ({
      body: setupAnswer.parse(await services.setup()),
    }));
    return { code: await runKeyturn(['doctor'], io), text: io.stdout };
  };
  return { services, clock, visit };
}

describe('keyturn doctor', () => {
  it('says that a permission is missing, what stops without it, why, and the exact fix', async () => {
    const { visit } = house({
      probes: probesThat({ applications: { granted: false, said: null } }),
    });
    const { code, text } = await visit();
    expect(code).toBe(2);
    expect(text).toContain(
      'FAILED   The monitor identity lacks Application.Read.All on Microsoft Graph. Without it stops: checks; mail to owners; managers of owners who left; proof by sign-ins.',
    );
    expect(text).toContain('Fix: Give the monitor identity Application.Read.All');
    expect(text).toContain('keyturn setup --role entra');
    expect(text.indexOf('FAILED')).toBeLessThan(text.indexOf('ok '));
  });

  it('asks for nothing that a larger permission covers', async () => {
    const { visit } = house({ probes: probesThat({ people: { granted: false, said: null } }) });
    const { code, text } = await visit();
    expect(code).toBe(0);
    expect(text).toContain('ok       The monitor identity has User.ReadBasic.All');
  });

  it('names what an identity may and Keyturn never uses', async () => {
    const surplus = async () => [{ identity: 'monitor', role: 'Directory.ReadWrite.All' } as const];
    const { code, text } = await house({ probes: probesThat({}, { surplus }) }).visit();
    expect(code).toBe(0);
    expect(text).toContain(
      'look at  The monitor identity holds Directory.ReadWrite.All on Microsoft Graph, which Keyturn never uses.',
    );
  });

  it('does not ask a Teams-only installation for a permission to send mail', async () => {
    const { visit } = house({
      env: {
        KEYTURN_MAIL_FROM: '',
        KEYTURN_TEAMS_WEBHOOK_URL:
          'https://default1.e0.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/1/triggers/manual/paths/invoke?api-version=1&sig=x',
      },
      probes: probesThat({ mail: { granted: false, said: null } }),
    });
    const { code, text } = await visit();
    expect(code).toBe(0);
    expect(text).not.toContain('Mail.Send');
  });

  it('knows a clock that is wrong, storage that is shut and a login host that does not answer', async () => {
    const ahead = await house({
      probes: probesThat({}, { clockSkewMs: async () => 360_000 }),
    }).visit();
    expect(ahead.code).toBe(2);
    expect(ahead.text).toContain('clock is 360 s ahead of the login host');
    const silent = await house({
      probes: probesThat({}, { clockSkewMs: async () => null }),
    }).visit();
    expect(silent.text).toContain('FAILED   The login host of this cloud does not answer.');
    const shut = await house({
      probes: probesThat(
        {},
        { storage: async () => [{ kind: 'queues', problem: 'It answered 403.' }] },
      ),
    }).visit();
    expect(shut.code).toBe(2);
    expect(shut.text).toContain("The state account's queues cannot be used. It answered 403.");
    expect(shut.text).toContain('Storage Queue Data Contributor');
  });

  it('misses a timer that stopped, and gives a new installation its time', async () => {
    const { visit, clock, services } = house();
    expect((await visit()).text).toContain('sweep is not due yet.');
    await services.noteTimer('sweep');
    clock.advance(2 * 3_600_000);
    const { code, text } = await visit();
    expect(code).toBe(2);
    expect(text).toContain('FAILED   sweep last ran at 2026-11-28T09:00:00.000Z.');
    expect(text).toContain('keepAlive is not due yet.');
  });

  it('says what is left open by settings that are right one by one', async () => {
    const { visit } = house({
      env: {
        KEYTURN_ALERTS: 'operations',
        KEYTURN_FALLBACK_RECIPIENTS: '',
        KEYTURN_API_AUDIENCE: '',
      },
    });
    const { code, text } = await visit();
    expect(code).toBe(0);
    expect(text).toContain('look at  Alerts are operations.');
    expect(text).toContain('keyturn alerts live');
    expect(text).toContain('KEYTURN_FALLBACK_RECIPIENTS');
    expect(text).toContain(
      'Redirect URI for the applications of connections: https://keyturn.example/oauth/callback',
    );
  });

  it('says that links go elsewhere than to where it was asked', async () => {
    const { visit } = house({ env: { KEYTURN_PUBLIC_URL: 'https://old-name.example' } });
    const { code, text } = await visit();
    expect(code).toBe(0);
    expect(text).toContain(
      'look at  You asked https://keyturn.example, and KEYTURN_PUBLIC_URL says https://old-name.example.',
    );
    expect((await house().visit()).text).not.toContain('You asked');
  });

  it('passes on every fault of the settings, which is all that a broken installation can say', async () => {
    const { io } = fakeInstallation(() => ({
      status: 503,
      body: {
        type: 'about:blank',
        title: 'Keyturn is not configured',
        status: 503,
        detail: 'Settings are wrong.',
        code: 'not_configured',
        correlationId: 'c1',
        faults: [{ name: 'KEYTURN_HOME_TENANT', fault: 'It is not a GUID.', fix: 'Set it.' }],
      },
    }));
    expect(await runKeyturn(['doctor'], io)).toBe(2);
    expect(io.stderr).toContain('KEYTURN_HOME_TENANT: It is not a GUID. Set it.');
  });
});
