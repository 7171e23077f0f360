import { describe, expect, it } from 'vitest';
import { failureText, reasonOf } from '../shared/failure-text.ts';

describe('a failure in the log', () => {
  it('says what happened and where', () => {
    const text = failureText(new TypeError('x is not a function'));
    expect(text).toMatch(/^TypeError: x is not a function\n\s+at .*failure-text\.test/);
  });

  it('holds nothing of what another service wrote', () => {
    const error = new Error('You sent hunter2\n    at hunter2');
    const answered = Object.assign(error, { statusCode: 403, code: 'Forbidden' });
    const text = failureText(answered);
    expect(text).toMatch(/^Error 403 Forbidden\n\s+at .*failure-text\.test/);
    expect(text).not.toContain('hunter2');
    expect(reasonOf(answered)).toBe('Error 403 Forbidden');
    expect(reasonOf(new Error('the lease is over'))).toBe('the lease is over');
  });

  it('is nothing for what is no error', () => {
    expect([failureText('hunter2'), failureText(null)]).toEqual([null, null]);
  });
});
