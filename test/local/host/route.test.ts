import { describe, expect, it } from 'vitest';
import { parseRoute } from '../../../local/host/route.ts';

describe('a route template of the Functions host', () => {
  it.each([
    ['api/findings', '/api/findings', {}],
    ['api/findings', '/API/Findings/', {}],
    ['api/findings', '/api', null],
    ['api/findings', '/api/findings/1', null],
    ['api/checks/{runId}', '/api/checks/r-1', { runId: 'r-1' }],
    ['api/checks/{runId}', '/api/checks/a%20b%2Fc', { runId: 'a b%2Fc' }],
    ['api/checks/{runId}', '/api/checks/', null],
    ['api/checks/{runId?}', '/api/checks', {}],
    ['api/checks/{runId=last}', '/api/checks', { runId: 'last' }],
    ['files/{*path}', '/files/a/b', { path: 'a/b' }],
    ['files/{*path}', '/files', {}],
    ['files/{name}.{extension}', '/files/a.b.csv', { name: 'a.b', extension: 'csv' }],
    ['files/{name}.{extension}', '/files/a', null],
    ['{x:maxlength(0)?}', '/', {}],
    ['{x:maxlength(0)?}', '/foo', null],
    ['items/{id:int}', '/items/12', { id: '12' }],
    ['items/{id:int}', '/items/99999999999', null],
    ['items/{id:int:min(5)}', '/items/4', null],
    ['items/{id:length(2,3)}', '/items/abcd', null],
    ['items/{id:alpha}', '/items/Ab', { id: 'Ab' }],
    ['items/{id:bool}', '/items/TRUE', { id: 'TRUE' }],
    ['items/{id:range(1,3)}', '/items/3', { id: '3' }],
    ['items/{id:regex(^[a-c]{{2}}$)}', '/items/ab', { id: 'ab' }],
    ['items/{id:regex(^[a-c]{{2}}$)}', '/items/abc', null],
    ['items/{id:guid}', '/items/7B1C2D3E-0000-4000-8000-000000000001', expect.anything()],
    ['items/{id:guid}', '/items/1', null],
    ['api/{id}', '/api/%zz', null],
  ])('%s and the path %s', (template, path, params) => {
    expect(parseRoute(template).match(path)).toEqual(params);
  });

  it.each([
    'admin/x',
    'administration',
    'runtime/webhooks',
    'api/{id:never}',
    'api/{id',
    'api/{1a}',
  ])('refuses %s as the host does', (template) => {
    expect(() => parseRoute(template)).toThrow(RangeError);
  });
});
