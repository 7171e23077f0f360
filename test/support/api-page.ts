import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { openapiDocument } from '../../shared/http/openapi.ts';
import { problemOf } from '../../shared/http/problem.ts';
import { routes } from '../../shared/http/routes.ts';
import { typeText, type JsonSchema } from './type-text.ts';

interface Content {
  content?: Record<string, { schema?: JsonSchema }>;
}

interface Operation {
  summary: string;
  operationId: string;
  parameters?: { name: string; in: string; schema: JsonSchema }[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

const INTRODUCTION = `# The API

Made from the document that \`GET /api/openapi.json\` gives (OpenAPI 3.1, with every limit and pattern), by \`UPDATE_DOCS=1 npx vitest run --project unit test/docs\`. Types are written as in TypeScript; \`Instant\` is ISO 8601 in UTC, \`Guid\`, \`Address\` (mail) and \`Url\` are strings too, \`?\` may be left out.

**Who calls.** A Keyturn key in \`Authorization: Bearer\` or \`X-Keyturn-Key\`, or an Entra access token with the app role \`Keyturn.Reader\` or \`Keyturn.Admin\`. An admin may do what a reader may. A \`caller\` has a key of the connection, or is named in its \`allowedCallers\`; admin and reader keys get no tokens ([recipes.md](recipes.md)).

**Errors** are problems as RFC 9457 has them: \`detail\` says what to do, \`code\` is stable, \`correlationId\` finds the line in the log, \`errors\` points into a bad body. What is absent and what is not yours get the same answer. \`POST …/token\` answers as RFC 6749 §5.2 instead.

**Versions.** Connections, consumers, items and playbooks carry an \`ETag\`. Changing or removing one needs \`If-Match\` with it; creating one takes \`If-None-Match: *\` or neither. Members that only an answer has may be sent back; they are ignored.

No answer may be kept by a browser or a proxy (\`Cache-Control: no-store\`).
`;

/** docs/api.md, made from the OpenAPI document and the route table. */
export function apiPage(): Promise<string> {
  return format(written(), { parser: 'markdown', printWidth: 100, singleQuote: true });
}

function written(): string {
  const { paths } = openapiDocument('https://keyturn.example') as {
    paths: Record<string, Record<string, Operation>>;
  };
  const groups = new Map<string, string[]>();
  for (const path of Object.keys(paths).sort())
    for (const [method, operation] of Object.entries(paths[path] ?? {})) {
      const group = path.split('/').slice(0, 3).join('/');
      const text = operationText(`${method.toUpperCase()} ${path}`, operation);
      groups.set(group, [...(groups.get(group) ?? []), text]);
    }
  const sections = [...groups].map(([group, texts]) => `## ${group}\n\n${texts.join('\n')}`);
  return [INTRODUCTION, codesTable(), ...sections].join('\n');
}

function codesTable(): string {
  const source = readFileSync('shared/errors.ts', 'utf8');
  const union = source.slice(source.indexOf('ErrorCode ='), source.indexOf("';") + 1);
  const rows = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => {
    const answer = problemOf(new AppError(code as ErrorCode, ''), '');
    const { body, status } = answer;
    const { title } = JSON.parse(typeof body === 'string' ? body : '{}') as { title: string };
    return `| \`${String(code)}\` | ${String(status)} | ${title} |`;
  });
  return ['| `code` | HTTP | |', '|---|---|---|', ...rows, ''].join('\n');
}

function operationText(title: string, operation: Operation): string {
  const name = operation.operationId.replace(/By[A-Z]+$/, '');
  const role = Object.entries(routes).find(([known]) => known === name)?.[1].role;
  const who = role === 'hostMaster' ? 'the host master key' : `**${String(role)}**`;
  const query = (operation.parameters ?? []).filter(({ in: place }) => place === 'query');
  const parts = [`### ${title}\n`, `${operation.summary} For ${who}.\n`];
  if (query.length > 0)
    parts.push(
      `Query: ${query.map((one) => `\`${one.name}\` (${queryText(one.schema)})`).join(', ')}.\n`,
    );
  parts.push(bodyText('Body', operation.requestBody));
  for (const [status, answer] of Object.entries(operation.responses))
    if (status !== 'default') parts.push(bodyText(`Answer ${status}`, answer));
  return parts.join('\n');
}

function queryText(schema: JsonSchema): string {
  const text = typeText(schema).replaceAll(' | ', ', ').replaceAll('"', '');
  return schema.default === undefined
    ? text
    : `${text}; ${JSON.stringify(schema.default).replaceAll('"', '')} unless given`;
}

function bodyText(title: string, content: Content | undefined): string {
  if (content === undefined) return '';
  const [media, body] = Object.entries(content.content ?? {})[0] ?? [];
  if (media === undefined) return `${title}: nothing.\n`;
  if (body?.schema === undefined) return `${title}: \`${media}\`.\n`;
  return `${title}:\n\n\`\`\`ts\ntype ${title.replace(' ', '')} = ${typeText(body.schema)};\n\`\`\`\n`;
}
