import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { webhookEventSchema } from '../../shared/alerts/webhook-event.ts';

const PAGE = new URL('../../docs/webhooks.md', import.meta.url);
const BEGIN = '<!-- schema:begin -->';
const END = '<!-- schema:end -->';

describe('docs/webhooks.md', () => {
  it('holds the schema of what is sent; UPDATE_DOCS=1 writes it', () => {
    const text = readFileSync(PAGE, 'utf8');
    const [from, to] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
    const schema = z.toJSONSchema(webhookEventSchema);
    if (process.env['UPDATE_DOCS'] === '1') {
      const block = `\n\n\`\`\`json\n${JSON.stringify(schema, null, 2)}\n\`\`\`\n\n`;
      writeFileSync(PAGE, text.slice(0, from) + block + text.slice(to));
      return;
    }
    const written = /```json\n([\s\S]*?)```/.exec(text.slice(from, to))?.[1] ?? 'null';
    expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(schema)));
  });
});
