/** A loop that looks for work: again at once after finding some, else after a short pause. */
export interface Poller {
  start(): void;
  /** Lets the look that is going on be the last. */
  stop(): void;
  /** Ends the pause. */
  wake(): void;
  /** Resolves after a look that began after this call. */
  lookAgain(): Promise<void>;
}

const idleMs = 80;

/** Makes a poller of `look`, which tells whether it found something and never throws. */
export function createPoller(look: () => Promise<boolean>): Poller {
  const state = { stopped: false };
  let wake: () => void = () => undefined;
  let waiting: (() => void)[] = [];
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, idleMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const answerWaiting = (served: (() => void)[]) => {
    for (const resume of served) resume();
  };
  const run = async (): Promise<void> => {
    while (!state.stopped) {
      const served = waiting;
      waiting = [];
      const found = await look();
      answerWaiting(served);
      if (!found && waiting.length === 0) await pause();
    }
    answerWaiting(waiting);
  };
  return {
    start: () => void run(),
    stop() {
      state.stopped = true;
      wake();
    },
    wake: () => wake(),
    lookAgain: () =>
      state.stopped
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
            wake();
          }),
  };
}
