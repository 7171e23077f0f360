import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { AlertMessage } from '../../shared/alerts/notifier.ts';
import { standardWebhookNotifier } from '../../shared/alerts/standard-webhook-notifier.ts';
import { webhookEventSchema } from '../../shared/alerts/webhook-event.ts';
import { AppError } from '../../shared/errors.ts';
import { alertItem, TENANT } from '../support/alerts.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fakeEgress } from '../support/fake-egress.ts';

const OLD = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const NEW = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const HOOK = 'https://hooks.contoso.com/in?key=k3y';

function messageWith(overrides: Record<string, unknown> = {}): AlertMessage {
  const item = alertItem({
    ...({
      kind: 'event',
      event: 'opened',
      dedupKey: 'keyturn-1',
      occurredAt: '2027-01-19T02:00:00.000Z',
      reason: 'channel',
    } as object),
    ...overrides,
  });
  return { id: 'b'.repeat(32), address: 'keyturn-1', scope: TENANT, items: [item] };
}

function receiver(...answers: Parameters<typeof fakeEgress>) {
  const { egress, calls } = fakeEgress(...answers);
  // The package compares a signature's time with the machine's.
  const clock = fakeClock(new Date().toISOString());
  const words = { timeZone: 'Europe/Berlin', portalUrl: 'https://portal.azure.com' };
  const secrets = [NEW, OLD];
  const notifier = standardWebhookNotifier({ egress, url: HOOK, secrets, clock, words });
  return { notifier, calls, clock };
}

describe('a webhook event', () => {
  it('carries a signature by each secret, so that either verifies it', async () => {
    const { notifier, calls } = receiver({ status: 200 });
    expect(await notifier.send(messageWith())).toEqual({ status: 'accepted' });
    const [{ headers = {}, body = '' }] = calls as [(typeof calls)[0]];
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const secret of [OLD, NEW])
      expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'opened' });
    const stranger = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
    expect(() => new Webhook(stranger).verify(body, headers)).toThrow();
    expect(() => new Webhook(NEW).verify(`${body} `, headers)).toThrow();
  });

  it('keeps its id and its body in every try; only the time of the try moves', async () => {
    const { notifier, calls, clock } = receiver({ status: 503 }, { status: 204 });
    await notifier.send(messageWith());
    clock.advance(300_000);
    await notifier.send(messageWith());
    const [first, second] = calls;
    expect(second?.headers?.['webhook-id']).toBe(first?.headers?.['webhook-id']);
    expect(second?.body).toBe(first?.body);
    expect(second?.headers?.['webhook-timestamp']).not.toBe(first?.headers?.['webhook-timestamp']);
  });

  it('is what docs/webhooks.md says, in words that hold no line break', async () => {
    const { notifier, calls } = receiver();
    const name = 'BC\nProd\u202E';
    await notifier.send(messageWith({ name }));
    const event = webhookEventSchema.parse(JSON.parse(calls[0]?.body ?? ''));
    expect(event).toMatchObject({
      type: 'opened',
      timestamp: '2027-01-19T02:00:00.000Z',
      dedupKey: 'keyturn-1',
      data: {
        summary: 'SmartConnect BC Prod stops Sun 31 Jan',
        stage: 14,
        tenant: { id: TENANT, name: 'Contoso' },
        credential: { type: 'clientSecret', name: 'BC Prod', hint: 'Ab3' },
        owners: ['anna'],
        portalUrl: expect.stringContaining('/Credentials/appId/'),
      },
    });
    expect('steps' in event.data ? event.data.steps.length : 0).toBeGreaterThan(2);
  });

  it('says nothing of steps when the secret was replaced', async () => {
    const { notifier, calls } = receiver();
    await notifier.send(messageWith({ event: 'resolved' }));
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({
      type: 'resolved',
      data: { summary: 'SmartConnect BC Prod: replaced or removed', steps: [] },
    });
  });
});

describe('a test event', () => {
  it('is signed like any other and names no secret', async () => {
    const { notifier, calls } = receiver({ status: 200 });
    const at = '2027-01-19T02:00:00.000Z';
    const report = {
      kind: 'channelTest',
      why: 'asked',
      at,
      tenantId: '*',
      tenantName: null,
    } as const;
    const message = { id: 'd'.repeat(32), address: 'the webhook', scope: 'reports', items: [] };
    await notifier.send({ ...message, reports: [report] });
    const [{ headers = {}, body = '' }] = calls as [(typeof calls)[0]];
    const event = webhookEventSchema.parse(new Webhook(OLD).verify(body, headers));
    expect(event).toMatchObject({ type: 'test', timestamp: at, dedupKey: 'keyturn-test' });
  });
});

describe('what a receiver answers', () => {
  it('410 is the end at once', async () => {
    const { notifier } = receiver({ status: 410 });
    expect(await notifier.send(messageWith())).toMatchObject({ status: 'refused', isFinal: true });
  });

  it('429 waits as long as it asks', async () => {
    const { notifier, clock } = receiver({ status: 429, headers: { 'retry-after': '20' } });
    const notBefore = new Date(clock.now().getTime() + 20_000);
    expect(await notifier.send(messageWith())).toEqual({ status: 'throttled', notBefore });
  });

  it.each([
    [{ status: 302 }, 'refused', /redirects/],
    [{ status: 401 }, 'refused', /KEYTURN_WEBHOOK_SECRETS/],
    [{ status: 404 }, 'refused', /KEYTURN_WEBHOOK_URL/],
    [{ status: 500 }, 'failed', /trouble \(500\)/],
    [new AppError('service_unreachable', 'x'), 'failed', /no usable answer/],
    [
      new AppError('egress_refused', 'https://10.0.0.1 is a private address.'),
      'refused',
      /private address/,
    ],
  ])('%o is %s, with what to change', async (answer, status, reason) => {
    const { notifier } = receiver(answer);
    const outcome = await notifier.send(messageWith());
    expect(outcome).toMatchObject({ status, reason: expect.stringMatching(reason) });
    expect(JSON.stringify(outcome)).not.toMatch(/k3y|whsec/);
  });
});
