import { readConstraint, type Constraint } from './route-constraint.ts';

interface Parameter {
  name: string;
  optional: boolean;
  catchAll: boolean;
  fallback: string | null;
  constraints: Constraint[];
}

type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; parameter: Parameter }
  /** Text and parameters mixed, as in `{name}.{extension}`. */
  | { kind: 'mixed'; pattern: RegExp; parameters: Parameter[] };

/** A route template of the Functions host (ASP.NET Core route templates with inline constraints). */
export interface Route {
  template: string;
  /** The parameters of a path that this route matches, absent optional ones left out; null when it does not match. */
  match(path: string): Record<string, string> | null;
}

/** Parses a template. Throws RangeError for what the host would refuse. */
export function parseRoute(template: string): Route {
  const trimmed = template.replace(/^\/|\/$/g, '');
  // "even `administration`": the host compares the beginning of the text.
  if (/^(admin|runtime)/i.test(trimmed))
    throw new RangeError(`route "${template}" conflicts with one or more built in routes`);
  const segments = trimmed === '' ? [] : splitTemplate(trimmed).map(parseSegment);
  return { template, match: (path) => matchPath(segments, path) };
}

function matchPath(segments: Segment[], path: string): Record<string, string> | null {
  const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  if (parts.length === 1 && parts[0] === '') parts.pop();
  const found: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    if (segment.kind === 'parameter' && segment.parameter.catchAll)
      return takeParameter(segment.parameter, parts.slice(i).join('/'), found) ? found : null;
    if (!matchSegment(segment, parts[i], found)) return null;
  }
  return parts.length > segments.length ? null : found;
}

function matchSegment(
  segment: Segment,
  part: string | undefined,
  found: Record<string, string>,
): boolean {
  if (segment.kind === 'parameter') return takeParameter(segment.parameter, part ?? '', found);
  if (part === undefined) return false;
  if (segment.kind === 'literal') return decode(part)?.toLowerCase() === segment.text;
  const match = segment.pattern.exec(part);
  return (
    match !== null &&
    segment.parameters.every((parameter, i) => takeParameter(parameter, match[i + 1] ?? '', found))
  );
}

/** Writes one parameter; false when its constraints refuse the value or it is required and absent. */
function takeParameter(parameter: Parameter, raw: string, found: Record<string, string>): boolean {
  const value = raw === '' ? parameter.fallback : decode(raw);
  if (value === null) return raw === '' && (parameter.optional || parameter.catchAll);
  if (!parameter.constraints.every((constraint) => constraint(value))) return false;
  found[parameter.name] = value;
  return true;
}

// ASP.NET Core leaves an encoded slash as it is: it is no separator.
function decode(part: string): string | null {
  try {
    return part.split(/%2F/i).map(decodeURIComponent).join('%2F');
  } catch {
    return null;
  }
}

/** Splits at slashes outside of braces: a regex constraint may hold one. */
function splitTemplate(template: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of template) {
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (char === '/' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}

function parseSegment(text: string): Segment {
  const pieces = text.match(/\{(?:[^{}]|\{\{[^{}]*\}\})*\}|[^{}]+/g) ?? [];
  if (pieces.join('') !== text) throw new RangeError(`route segment "${text}" is not well formed`);
  if (!text.includes('{')) return { kind: 'literal', text: text.toLowerCase() };
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined)
    return { kind: 'parameter', parameter: parseParameter(only) };
  const parameters: Parameter[] = [];
  const source = pieces.map((piece) => {
    if (!piece.startsWith('{')) return piece.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    parameters.push(parseParameter(piece));
    return '(.+)';
  });
  return { kind: 'mixed', pattern: new RegExp(`^${source.join('')}$`, 'i'), parameters };
}

function parseParameter(braced: string): Parameter {
  const match = /^\{(\*{0,2})([A-Za-z_][\w-]*)((?::.*?)?)(\?|=[^}]*)?\}$/s.exec(braced);
  if (match === null) throw new RangeError(`route parameter "${braced}" is not well formed`);
  const [, stars = '', name = '', constraints = '', end = ''] = match;
  return {
    name,
    catchAll: stars !== '',
    optional: end === '?',
    fallback: end.startsWith('=') ? end.slice(1) : null,
    constraints: splitConstraints(constraints).map(readConstraint),
  };
}

/** `:int:min(1)` as its parts; colons within parentheses belong to an argument. */
function splitConstraints(text: string): string[] {
  return text === '' ? [] : (text.slice(1).match(/(?:\([^)]*\)+|[^:(])+/g) ?? []);
}
