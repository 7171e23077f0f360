/**
 * Lets those who ask the same thing at the same time wait for one answer, for what is dear and only read. Per instance;
 * nothing is remembered once it is answered. Questions are the same when they are the same JSON.
 */
export function oncePerQuestion<Q, A>(
  ask: (question: Q) => Promise<A>,
): (question: Q) => Promise<A> {
  const running = new Map<string, Promise<A>>();
  return (question) => {
    const key = JSON.stringify(question);
    const answer = running.get(key) ?? ask(question).finally(() => void running.delete(key));
    running.set(key, answer);
    return answer;
  };
}
