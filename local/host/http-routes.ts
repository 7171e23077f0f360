import { errorMessage } from './error-text.ts';
import type { LoadedFunction } from './load-functions.ts';
import { parseRoute, type Route } from './route.ts';

type AuthLevel = 'anonymous' | 'function' | 'admin';

interface HttpFunction {
  loaded: LoadedFunction;
  route: Route;
  /** Upper case; empty: every method. */
  methods: string[];
  authLevel: AuthLevel;
}

export interface HttpRoutes {
  functions: HttpFunction[];
  faults: string[];
  /** The first function, by name, whose template and methods fit. */
  find(method: string, path: string): { http: HttpFunction; params: Record<string, string> } | null;
}

/** The host's route table: ordered by function name, first match wins, no other precedence. */
export function createHttpRoutes(loaded: LoadedFunction[], routePrefix: string): HttpRoutes {
  const faults: string[] = [];
  const functions: HttpFunction[] = [];
  const byName = loaded
    .filter(({ trigger }) => trigger.type === 'httpTrigger')
    .sort((a, b) => compareNames(a.name, b.name));
  for (const one of byName) {
    try {
      const http = toHttpFunction(one, routePrefix);
      const rival = functions.find((other) => conflicts(other, http));
      if (rival === undefined) functions.push(http);
      else faults.push(`${one.name}: has the route and a method of ${rival.loaded.name}`);
    } catch (error) {
      faults.push(`${one.name}: ${errorMessage(error)}`);
    }
  }
  return { functions, faults, find: (method, path) => find(functions, method, path) };
}

function find(
  functions: HttpFunction[],
  method: string,
  path: string,
): { http: HttpFunction; params: Record<string, string> } | null {
  for (const http of functions) {
    // A method is a route constraint to the host: no match, hence 404 and never 405.
    if (http.methods.length > 0 && !http.methods.includes(method)) continue;
    const params = http.route.match(path);
    if (params !== null) return { http, params };
  }
  return null;
}

function toHttpFunction(loaded: LoadedFunction, routePrefix: string): HttpFunction {
  const { route, methods, authLevel } = loaded.trigger;
  const own = route === undefined || route === '' ? loaded.name : route;
  const prefix = routePrefix.replace(/^\/|\/$/g, '');
  // The built-in routes are kept by the function's own part.
  const checked = parseRoute(own.replace(/^\//, ''));
  return {
    loaded,
    route: prefix === '' ? checked : parseRoute(`${prefix}/${checked.template}`),
    methods: (methods ?? []).map((method) => method.toUpperCase()),
    authLevel: (authLevel ?? 'function').toLowerCase() as AuthLevel,
  };
}

function conflicts(a: HttpFunction, b: HttpFunction): boolean {
  if (a.route.template.toLowerCase() !== b.route.template.toLowerCase()) return false;
  if (a.methods.length === 0 || b.methods.length === 0) return true;
  return a.methods.some((method) => b.methods.includes(method));
}

function compareNames(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : Number(left > right);
}
