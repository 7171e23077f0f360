import type { Change, GraphJson, ShellLookup } from './step.ts';

/** Azure's command line calls Graph as whoever is signed in; one function, so that the lines below stay readable. */
export function graphFunction(graphUrl: string): string[] {
  return [
    `graph() { az rest --resource ${graphUrl} --method "$1" --url "${graphUrl}/v1.0$2" "\${@:3}"; }`,
  ];
}

/** `MONITOR=$(graph GET "/servicePrincipals?…" --query 'value[0].id' -o tsv)` */
export function lookupLine({ variable, path, query }: ShellLookup): string {
  return `${variable}=$(graph GET ${doubleQuoted(path)} --query ${doubleQuoted(query)} -o tsv)`;
}

export function changeLine({ method, path, body, isUpsert = false }: Change): string {
  const parts = [`graph ${method} ${doubleQuoted(path)}`];
  if (isUpsert) parts.push('--headers Prefer=create-if-missing');
  if (body !== undefined) parts.push(`--body ${bodyText(body)}`);
  return parts.join(' ');
}

/** Double quotes, in which only our own variables are filled in. */
function doubleQuoted(text: string): string {
  return `"${text.replaceAll('$', String.raw`\$`).replaceAll(/\{([A-Z_]+)\}/g, '$$$1')}"`;
}

/** Single quotes, left for a moment where a variable stands. */
function bodyText(body: GraphJson): string {
  return quoted(jsonText(body)).replaceAll(/\{([A-Z_]+)\}/g, `'"$$$1"'`);
}

/** JSON in which `{…_JSON}` stands for more than a text: without its quotes. */
export function jsonText(body: GraphJson): string {
  return JSON.stringify(body).replaceAll(/"(\{[A-Z_]+_JSON\})"/g, '$1');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
