import type { Egress, EgressAnswer } from '../../shared/egress.ts';

type Call = Parameters<Egress>[0];

export interface FakeEgress {
  egress: Egress;
  /** What was called, with the body as it left. */
  calls: Call[];
}

/** An egress whose answers the test writes down, in order; 202 when none is left. An error is thrown. */
export function fakeEgress(
  ...answers: (Partial<EgressAnswer> | Error | ((call: Call) => Partial<EgressAnswer>))[]
): FakeEgress {
  const calls: Call[] = [];
  return {
    calls,
    egress: async (call) => {
      calls.push(call);
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next instanceof Error) throw next;
      const answer = typeof next === 'function' ? next(call) : next;
      return { status: 202, headers: {}, text: '', ...answer };
    },
  };
}
