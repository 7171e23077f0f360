import { describe, expect, it } from 'vitest';
import type { Binding } from '../../../local/host/core-module.ts';
import { createHttpRoutes } from '../../../local/host/http-routes.ts';
import type { LoadedFunction } from '../../../local/host/load-functions.ts';

function http(name: string, trigger: Partial<Binding>): LoadedFunction {
  return {
    name,
    trigger: { type: 'httpTrigger', direction: 'in', name: 'request', ...trigger },
    registration: { name, bindings: {}, handler: () => undefined },
  } as LoadedFunction;
}

describe('the route table of the Functions host', () => {
  it('takes the first function by name whose template fits, not the most specific', () => {
    const literal = http('zList', { route: 'x/list' });
    const parameter = http('aOne', { route: 'x/{id}' });
    const routes = createHttpRoutes([literal, parameter], '');
    expect(routes.find('GET', '/x/list')?.http.loaded.name).toBe('aOne');
  });

  it('goes on to the next function when the method does not fit', () => {
    const read = http('aRead', { route: 'x/{id}', methods: ['GET'] });
    const write = http('bWrite', { route: 'x/{id}', methods: ['PUT'] });
    const routes = createHttpRoutes([read, write], '');
    expect(routes.faults).toEqual([]);
    expect(routes.find('PUT', '/x/1')?.http.loaded.name).toBe('bWrite');
    expect(routes.find('DELETE', '/x/1')).toBeNull();
  });

  it('uses the prefix, and the function name where no route is given', () => {
    const routes = createHttpRoutes([http('status', {})], 'api');
    expect(routes.find('GET', '/api/STATUS')).not.toBeNull();
    expect(routes.find('GET', '/status')).toBeNull();
  });

  it('refuses the same route with a method in common, and built-in routes', () => {
    const one = http('one', { route: 'x', methods: ['GET', 'POST'] });
    const two = http('two', { route: 'X', methods: ['POST'] });
    const three = http('three', { route: 'administration' });
    expect(createHttpRoutes([one, two, three], '').faults).toEqual([
      'three: route "administration" conflicts with one or more built in routes',
      'two: has the route and a method of one',
    ]);
  });
});
