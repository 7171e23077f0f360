import { describe, expect, it } from 'vitest';
import { testCloud } from '../../support/local-cloud.ts';

const hostile = '"><script>alert(1)</script>';

function cloudWithMail() {
  const cloud = testCloud();
  cloud.world.mail.push({
    at: '2026-11-25T08:00:00.000Z',
    from: hostile,
    to: [hostile],
    cc: [],
    bcc: [],
    subject: hostile,
    text: hostile,
    html: `<p>Hello</p>${hostile}`,
    attachments: [{ name: hostile, type: 'text/calendar', text: hostile }],
    headers: {},
  });
  return cloud;
}

describe('the pages of the local cloud', () => {
  it('link to the inbox and the controls', async () => {
    const answer = await testCloud().call('/');
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain('href="/inbox"');
  });

  it('show a mail with its HTML in a frame that may run nothing', async () => {
    const cloud = cloudWithMail();
    expect(await (await cloud.call('/inbox')).text()).toContain('href="/inbox/1"');
    const answer = await cloud.call('/inbox/1');
    const text = await answer.text();
    expect(text).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(text).toContain('&lt;p&gt;Hello&lt;/p&gt;');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('write nothing that came from outside as markup', async () => {
    const cloud = cloudWithMail();
    for (const path of ['/inbox', '/inbox/1']) {
      expect(await (await cloud.call(path)).text()).not.toContain('<script');
    }
  });

  it('say that there is no mail, or no such mail', async () => {
    const cloud = testCloud();
    expect(await (await cloud.call('/inbox')).text()).toContain('No mail yet');
    expect((await cloud.call('/inbox/7')).status).toBe(404);
  });
});
