/** A JSON schema as `z.toJSONSchema` writes it, as far as the API uses it. */
export interface JsonSchema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  format?: string;
  default?: unknown;
  maxLength?: number;
  $ref?: string;
}

const FORMATS: Record<string, string> = {
  'date-time': 'Instant',
  email: 'Address',
  uri: 'Url',
  uuid: 'Guid',
};

/** The schema as a TypeScript type, for people. Patterns and limits are in the OpenAPI document. */
export function typeText(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return [...new Set(options.map(typeText))].join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map(typeText).join(' & ');
  if (Array.isArray(schema.type))
    return schema.type.map((type) => typeText({ ...schema, type })).join(' | ');
  return simpleText(schema);
}

function simpleText(schema: JsonSchema): string {
  const { type, items, format, properties, additionalProperties } = schema;
  if (type === 'array') return `(${typeText(items ?? {})})[]`;
  if (type === 'object' || properties !== undefined) {
    if (properties !== undefined) return objectText(schema);
    const values = typeof additionalProperties === 'object' ? typeText(additionalProperties) : '';
    return `Record<string, ${values === '' ? 'unknown' : values}>`;
  }
  if (type === 'string') return FORMATS[format ?? ''] ?? 'string';
  if (type === 'integer') return 'number';
  return typeof type === 'string' ? type : 'unknown';
}

function objectText({ properties = {}, required = [] }: JsonSchema): string {
  const members = Object.entries(properties).map(([name, schema]) => {
    const text = typeText(schema);
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
    const fallback =
      schema.default === undefined || schema.default === null
        ? ''
        : ` // ${JSON.stringify(schema.default)} unless given`;
    // What may be sent back and is ignored says nothing here.
    return text === 'unknown'
      ? ''
      : `${key}${required.includes(name) ? '' : '?'}: ${text};${fallback}\n`;
  });
  return `{\n${members.join('')}}`;
}
