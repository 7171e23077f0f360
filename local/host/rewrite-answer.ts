import { browserAddress } from '../addresses.ts';
import type { HttpAnswer } from './http-message.ts';

/**
 * An answer with the addresses that a browser is to follow (`Location`, and `url` members of JSON) turned to where the
 * local cloud serves these hosts (design §9). Everything else stays byte for byte.
 */
export function rewriteAnswer(answer: HttpAnswer, cloudPort: number): HttpAnswer {
  const headers = answer.headers.map(([name, value]): [string, string] =>
    name.toLowerCase() === 'location'
      ? [name, browserAddress(value, cloudPort) ?? value]
      : [name, value],
  );
  return { ...answer, headers, body: rewriteJson(answer, cloudPort) };
}

function rewriteJson(answer: HttpAnswer, cloudPort: number): Uint8Array {
  const type = answer.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (!/[/+]json\b/i.test(type)) return answer.body;
  const text = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength);
  if (!text.includes('"url"')) return answer.body;
  let changed = false;
  try {
    const json: unknown = JSON.parse(text.toString('utf8'), (name, value: unknown) => {
      if (name !== 'url' || typeof value !== 'string') return value;
      const address = browserAddress(value, cloudPort);
      if (address !== null) changed = true;
      return address ?? value;
    });
    return changed ? Buffer.from(JSON.stringify(json)) : answer.body;
  } catch {
    return answer.body;
  }
}
