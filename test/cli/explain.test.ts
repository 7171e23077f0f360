import { describe, expect, it } from 'vitest';
import { runExplain } from '../../cli/explain.ts';

async function explain(args: string[], input: string | Uint8Array = '') {
  let out = '';
  let err = '';
  let wasRead = false;
  const code = await runExplain(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    readInput: async () => {
      wasRead = true;
      return typeof input === 'string' ? new TextEncoder().encode(input) : input;
    },
  });
  return { code, out, err, wasRead };
}

const TEXT = "AADSTS7000222: The provided client secret keys for app 'a65bb41c' are expired.";

describe('keyturn explain', () => {
  it('prints what it is, which application and what to do, in order', async () => {
    const { code, out, err, wasRead } = await explain([TEXT]);
    expect({ code, err, wasRead }).toEqual({ code: 0, err: '', wasRead: false });
    expect(out.split('\n')[0]).toBe('AADSTS7000222: The client secret has ended');
    expect(out).toMatch(/^Application {4}a65bb41c$/m);
    expect(out).toMatch(/What to do\n {2}1\. .*\n {2}2\. .*\n {2}3\. /);
    expect(out).toMatch(/^Portal {9}https:\/\/portal\.azure\.com\//m);
    expect(out).not.toContain('**');
  });

  it('joins a text that the shell has split', async () => {
    expect((await explain(TEXT.split(' '))).out).toBe((await explain([TEXT])).out);
  });

  it('reads standard input for "-", and when it is given nothing', async () => {
    const { out } = await explain([TEXT]);
    expect((await explain(['-'], TEXT)).out).toBe(out);
    expect((await explain([], `\ufeff${TEXT}\r\n`)).out).toBe(out);
  });

  it('reads what Windows PowerShell wrote into a file', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(TEXT, 'utf16le')]);
    expect((await explain(['-'], utf16)).out).toBe((await explain([TEXT])).out);
  });

  it('ends with 2 and says what to paste when it recognises nothing', async () => {
    const { code, out, err } = await explain(['error.txt']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('keyturn explain - < error.txt');
    expect((await explain(['-'], new Uint8Array([0, 1, 2, 0]))).code).toBe(2);
  });

  it('prints no secret and no terminal escapes of the text', async () => {
    const secret = 'Zx98Q~abcdefghijklmnopqrstuvwxyz012345678';
    const { out } = await explain([
      `${TEXT} client_secret=${secret} Correlation ID: abcd-\u001B[31m {"secretText":"${secret}"}`,
    ]);
    expect(out).not.toContain(secret);
    expect(out).not.toContain('\u001B');
    expect(out).toContain('Careful: The text that you pasted holds');
  });
});
