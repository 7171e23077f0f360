import { AppError } from '../errors.ts';

/**
 * What became of a message whose call failed: refused where the call must not be made (security rule 21), else failed in
 * the given words. The words of a refusal name the origin at most. Throws what is no failure of a call.
 */
export function noAnswer(
  error: unknown,
  reason: string,
): { status: 'refused' | 'failed'; reason: string } {
  if (!(error instanceof AppError)) throw error;
  return error.code === 'egress_refused'
    ? { status: 'refused', reason: error.message }
    : { status: 'failed', reason };
}
