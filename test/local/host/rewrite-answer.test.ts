import { expect, it } from 'vitest';
import { rewriteAnswer } from '../../../local/host/rewrite-answer.ts';

function rewritten(type: string, text: string): string {
  const answer = {
    status: 200,
    headers: [['content-type', type]] as [string, string][],
    body: Buffer.from(text),
  };
  return Buffer.from(rewriteAnswer(answer, 7072).body).toString();
}

it('turns url members at any depth to the local cloud, and leaves every other address', () => {
  const text = JSON.stringify({
    a: [{ url: 'https://login.microsoftonline.com/t?x=1#f' }],
    url: 'https://portal.azure.com/',
    href: 'https://graph.microsoft.com/',
  });
  expect(JSON.parse(rewritten('application/json; charset=utf-8', text))).toEqual({
    a: [{ url: 'http://localhost:7072/login.microsoftonline.com/t?x=1#f' }],
    url: 'https://portal.azure.com/',
    href: 'https://graph.microsoft.com/',
  });
});

it('leaves bytes alone where there is nothing to turn', () => {
  const spaced = '{ "url" : "https://portal.azure.com/" }';
  expect(rewritten('application/problem+json', spaced)).toBe(spaced);
  expect(rewritten('application/json', '{"url":')).toBe('{"url":');
  const html = '<a data="url" href="https://graph.microsoft.com/">';
  expect(rewritten('text/html', html)).toBe(html);
});
