import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { readBody, readQuery } from '../../shared/http/request-body.ts';
import { createKeyBody, findingsQuery } from '../../shared/http/schemas.ts';

function post(body: string): HttpRequest {
  return new HttpRequest({ method: 'POST', url: 'https://k.example/', body: { string: body } });
}

function get(query: Record<string, string>): HttpRequest {
  return new HttpRequest({ method: 'GET', url: 'https://k.example/', query });
}

describe('readBody', () => {
  it('gives the checked body', async () => {
    expect(await readBody(post('{"role":"admin","name":"ops"}'), createKeyBody)).toEqual({
      role: 'admin',
      name: 'ops',
    });
  });

  it('points at each member that is wrong, and quotes nothing of what was sent', async () => {
    const failure = await readBody(
      post('{"role":"c4n4ry","name":"C4N4RY","expiresAt":"c4n4ry","pass/word~":"c4n4ry"}'),
      createKeyBody,
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'bad_request' });
    const { errors, message } = failure as { errors: { pointer: string }[]; message: string };
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/role', '/name', '/expiresAt', '']);
    expect(JSON.stringify(errors) + message).not.toMatch(/c4n4ry/i);
  });

  it.each(['{', 'c4n4ry', '"text"', '[]', 'null'])('refuses %s', async (body) => {
    await expect(readBody(post(body), createKeyBody)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.not.stringContaining('c4n4ry'),
    });
  });

  it('refuses more than 64 KiB, whatever the length header says', async () => {
    await expect(readBody(post(' '.repeat(65_537)), createKeyBody)).rejects.toMatchObject({
      code: 'body_too_large',
    });
  });
});

describe('readQuery', () => {
  it('reads numbers and refuses what is none', () => {
    expect(readQuery(get({ withinDays: '30', limit: '5' }), findingsQuery)).toEqual({
      withinDays: 30,
      limit: 5,
      format: 'json',
    });
    for (const query of [{ limit: '0' }, { limit: '1,2' }, { withinDays: '-1' }, { format: 'xml' }])
      expect(() => readQuery(get(query), findingsQuery)).toThrow(
        expect.objectContaining({ code: 'bad_request' }) as Error,
      );
  });

  it('refuses a parameter that does not exist, so that a typing error does not widen an answer', () => {
    expect(() => readQuery(get({ tenant: 'x' }), findingsQuery)).toThrow(
      expect.objectContaining({ code: 'bad_request' }) as Error,
    );
  });
});
