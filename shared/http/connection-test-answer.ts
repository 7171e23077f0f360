import type { z } from 'zod';
import type { ConnectionTest } from '../broker/test-connection.ts';
import type { ConnectionState } from '../connections/connection-status.ts';
import type { testAnswer } from './connection-schemas.ts';
import { refusalOf } from './token-outcome.ts';

/** What a test came to (design §5). */
export function toTestAnswer(
  result: ConnectionTest,
  state: ConnectionState | null,
): z.output<typeof testAnswer> {
  const status = state?.status ?? 'pending';
  if (result.ok === true) return result;
  if (result.ok === false) {
    const { code, detail, nextAction } = result;
    return { ok: false, status, code, detail, nextAction };
  }
  const { code, message } = refusalOf(result.outcome);
  return { ok: false, status, code, detail: message, nextAction: state?.nextAction ?? null };
}
