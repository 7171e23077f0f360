import { z } from 'zod';

/** A line that a person typed in, as an API takes it: neither empty nor longer than `max`, and nothing invisible in it. */
export function plainLine(max: number) {
  return z
    .string()
    .trim()
    .min(1, 'Write at least one character.')
    .max(max, `Write ${max} characters at most.`)
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'Use one line without invisible characters.');
}
