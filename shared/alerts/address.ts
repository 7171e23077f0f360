/** True for what can stand alone in a To header. Anything else in a directory's `mail` is not an address to us. */
export function isAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS && ADDRESS.test(text);
}

/** RFC 5321 §4.5.3.1: 64 for the local part, 255 for the domain. */
const MAX_ADDRESS = 320;
const ADDRESS = /^[^\s\p{C}@<>()[\]\\,;:"]+@[^\s\p{C}@<>()[\]\\,;:"]+$/u;
