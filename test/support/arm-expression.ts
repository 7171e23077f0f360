/** An expression of a template: `[format('{0}-kv', variables('base'))]` without its brackets. */
export type ArmNode =
  | { kind: 'literal'; value: string | number }
  | { kind: 'call'; name: string; args: ArmNode[] }
  | { kind: 'member'; of: ArmNode; key: ArmNode };

// A name with dots is one only before its parenthesis: `__bicep.inVault(`.
const TOKEN =
  /\s*('(?:''|[^'])*'|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?=\()|[A-Za-z_]\w*|-?\d+|[()[\],.])/y;

/** Reads one expression. Microsoft Learn: "Syntax and expressions in ARM templates". */
export function parseExpression(text: string): ArmNode {
  const tokens = tokensOf(text);
  const [node, rest] = expression(tokens);
  if (rest.length > 0) throw new Error(`"${rest.join('')}" is left over of ${text}`);
  return node;
}

type Parsed = [node: ArmNode, rest: string[]];

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error(`"${text.slice(at)}" cannot be read`);
    tokens.push(token);
    at = TOKEN.lastIndex;
  }
  return tokens;
}

function expression(tokens: string[]): Parsed {
  let [node, rest] = primary(tokens);
  for (;;) {
    const [next, ...after] = rest;
    if (next === '.') {
      const [name = '', ...left] = after;
      [node, rest] = [{ kind: 'member', of: node, key: { kind: 'literal', value: name } }, left];
    } else if (next === '[') {
      const [key, left] = expression(after);
      [node, rest] = [{ kind: 'member', of: node, key }, without(left, ']')];
    } else return [node, rest];
  }
}

function primary(tokens: string[]): Parsed {
  const [token = '', ...rest] = tokens;
  if (token.startsWith("'"))
    return [{ kind: 'literal', value: token.slice(1, -1).replaceAll("''", "'") }, rest];
  if (/^-?\d/.test(token)) return [{ kind: 'literal', value: Number(token) }, rest];
  const [args, left] = argumentsOf(without(rest, '('));
  return [{ kind: 'call', name: token, args }, left];
}

function argumentsOf(tokens: string[]): [ArmNode[], string[]] {
  if (tokens[0] === ')') return [[], tokens.slice(1)];
  const args: ArmNode[] = [];
  let rest = tokens;
  for (;;) {
    const [arg, left] = expression(rest);
    args.push(arg);
    if (left[0] === ')') return [args, left.slice(1)];
    rest = without(left, ',');
  }
}

function without([first, ...rest]: string[], wanted: string): string[] {
  if (first !== wanted) throw new Error(`"${wanted}" is expected before "${first ?? ''}"`);
  return rest;
}
