import { describe, expect, it } from 'vitest';
import { newConnectionState } from '../../shared/connections/connection-status.ts';
import { connectionAnswer, toConnectionAnswer } from '../../shared/http/connection-answer.ts';
import { connection } from '../support/connections.ts';

const SECRET = { name: 'conn-x', version: 'v1', hint: 'Ab3', addedAt: '2026-11-25T08:00:00.000Z' };

describe('a connection as the API shows it', () => {
  it('holds everything but where its secrets lie', () => {
    const shown = toConnectionAnswer(connection({ secrets: [SECRET] }), null);
    expect(connectionAnswer.parse(shown)).toEqual(shown);
    expect(JSON.stringify(shown)).not.toMatch(/conn-x|Ab3|a1b2c3d4/);
  });

  it('says what a new one waits for, and what a sign-in that stopped halfway waits for', () => {
    const state = newConnectionState(new Date('2026-11-25T08:00:00Z'));
    expect(toConnectionAnswer(connection(), state)).toMatchObject({
      status: 'pending',
      nextAction: 'Somebody has to sign in.',
    });
    const waiting = { ...state, statusReason: 'Consent is missing.', nextAction: 'Ask an admin.' };
    expect(toConnectionAnswer(connection(), waiting)).toMatchObject({
      statusReason: 'Consent is missing.',
      nextAction: 'Ask an admin.',
    });
  });
});
