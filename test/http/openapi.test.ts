import { describe, expect, it } from 'vitest';
import { openapiDocument } from '../../shared/http/openapi.ts';
import { routes } from '../../shared/http/routes.ts';

describe('openapiDocument', () => {
  const document = openapiDocument('https://keyturn.example') as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; security: unknown[] }>>;
  };

  it('describes every route but the pages, under its method', () => {
    const described = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    const pages = ['home', 'actPage', 'oauthCallback', 'oauthCallbackOf'];
    const expected = Object.entries(routes)
      .filter(([name]) => !pages.includes(name))
      .flatMap(([name, { methods }]) =>
        methods.length === 1 ? [name] : methods.map((method) => `${name}By${method}`),
      );
    expect(described.sort()).toEqual(expected.sort());
    expect(document.paths['/api/keys']).toHaveProperty('post');
    expect(document.paths['/api/keys']).toHaveProperty('get');
  });

  it('says what each route asks of a caller', () => {
    expect(document.paths['/api/health']?.['get']?.security).toEqual([]);
    expect(document.paths['/api/keys']?.['post']?.security).toEqual([{ hostMasterKey: [] }]);
    expect(document.paths['/api/checks']?.['post']?.security).toEqual([
      { bearer: [] },
      { keyturnKey: [] },
    ]);
  });

  it('carries the schemas that check requests', () => {
    const text = JSON.stringify(document);
    expect(text).toContain('"name":"withinDays","in":"query"');
    expect(text).toContain('"name":"runId","in":"path"');
    expect(text).toContain('"notYetValid"');
    expect(document.openapi).toBe('3.1.0');
  });
});
