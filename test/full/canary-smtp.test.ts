import { afterEach, describe, expect, it } from 'vitest';
import { app, ending, oneTenant, type OneTenant } from '../support/one-tenant.ts';
import { smtpSink, type SinkOptions, type SmtpSink } from '../support/smtp-sink.ts';

const USER = 'keyturn@contoso.example';
const PASSWORD = 'C4n4ry/of+the mail%server:9x';

let server: SmtpSink | undefined;

afterEach(() => server?.stop());

/** Two nights with hours between, so that refusals are told, given up and handed on to another channel. */
async function nightsWith(options: SinkOptions): Promise<OneTenant> {
  server = await smtpSink({ encryption: 'none', ...options });
  const login = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;
  const keyturn = await oneTenant({
    tenant: { applications: [app('Orders', { passwordCredentials: [ending(5)] })] },
    env: { KEYTURN_MAIL_TRANSPORT: `smtp://${login}@127.0.0.1:${server.port}` },
  });
  await keyturn.night();
  for (let hour = 0; hour < 6; hour += 1) {
    keyturn.clock.advance(3_600_000);
    await keyturn.sweep();
  }
  return keyturn;
}

/** Everything that was written, kept or sent, apart from the login itself. */
async function everythingOf(house: OneTenant): Promise<string[]> {
  const health = await house.services.health();
  return [
    ...house.printed,
    JSON.stringify(house.tables.dump()),
    JSON.stringify(house.world.cards),
    JSON.stringify(house.world.webhooks),
    JSON.stringify(house.world.mail),
    JSON.stringify(health),
    ...(server?.received.map(({ raw }) => raw) ?? []),
  ];
}

function holdsIt(text: string): boolean {
  const forms = [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(PASSWORD).toString('base64')];
  return [...forms, JSON.stringify(PASSWORD).slice(1, -1), PASSWORD.slice(0, 12)].some((form) =>
    text.includes(form),
  );
}

describe('the password of the mail server', () => {
  it('opens it, and stands nowhere', async () => {
    const house = await nightsWith({ user: { name: USER, password: PASSWORD } });
    expect(server?.received.length).toBeGreaterThan(0);
    expect((await everythingOf(house)).filter(holdsIt)).toEqual([]);
  });

  it('stands nowhere when the server refuses it', async () => {
    const house = await nightsWith({ user: { name: USER, password: 'another one' } });
    expect(server?.received).toEqual([]);
    expect(house.printed.length).toBeGreaterThan(0);
    expect((await everythingOf(house)).filter(holdsIt)).toEqual([]);
  });

  it('stands nowhere when the server repeats it', async () => {
    const text = `5.7.0 not with ${PASSWORD}`;
    const house = await nightsWith({
      user: { name: USER, password: PASSWORD },
      refuse: { at: 'mailFrom', code: 550, text },
    });
    expect(house.printed.length).toBeGreaterThan(0);
    expect((await everythingOf(house)).filter(holdsIt)).toEqual([]);
  });
});
