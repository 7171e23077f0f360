import { AppError } from './errors.ts';
import { failureText } from './failure-text.ts';
import { createLog, type LogFields } from './log.ts';
import { loadServices, type Services } from './services.ts';

/** The part of an InvocationContext that a job uses. */
interface JobContext {
  invocationId: string;
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/**
 * What a timer or a queue function runs: the services on first use, one line in the log, and failures without anything
 * that a service's error may quote. Throws after a failure, so that the queue delivers the message again; wrong
 * settings are a failure too, since the work must not be taken for done.
 */
export function job<I>(
  name: string,
  work: (services: Services, input: I) => Promise<LogFields>,
): (input: I, context: JobContext) => Promise<void> {
  return async (input, context) => {
    const { invocationId } = context;
    const log = createLog((line, level) => context[level](line));
    try {
      const loaded = await loadServices();
      if (!loaded.ok) throw notConfigured(loaded.faults);
      log.info(`${name} done`, { ...(await work(loaded.services, input)), invocationId });
    } catch (error) {
      const isOurs = error instanceof AppError;
      const detail = isOurs ? error.message : 'See the cause beside this line.';
      const code = isOurs ? error.code : 'internal_error';
      const cause = isOurs ? error.cause : error;
      log.error(`${name} failed`, {
        invocationId,
        code,
        detail,
        cause: failureText(cause),
      });
      // The host writes what is thrown to its own log, so nothing but our own words may go there.
      throw new AppError(code, `${name} failed: ${detail}`);
    }
  };
}

/** The same for a timer, which leaves word that it ran: a timer that stopped says nothing by itself. */
export function timerJob(
  name: string,
  work: (services: Services) => Promise<LogFields>,
): (input: unknown, context: JobContext) => Promise<void> {
  return job(name, async (services) => {
    const done = await work(services);
    await services.noteTimer(name);
    return done;
  });
}

function notConfigured(faults: { name: string; fault: string; fix: string }[]): AppError {
  const texts = faults.map(({ name, fault, fix }) => `${name}: ${fault} ${fix}`);
  return new AppError('not_configured', texts.join(' '));
}
