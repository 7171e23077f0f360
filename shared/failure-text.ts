/**
 * A failure for the log: what it says and where it happened. Of an answer of another service, as Azure's SDKs throw it
 * (RestError), only status, code and place: its message is whatever that service wrote, and may quote what it was sent
 * (security rule 27). Null for what is no error.
 */
export function failureText(failure: unknown): string | null {
  if (!(failure instanceof Error)) return null;
  const { name, message, stack } = failure;
  const said = isAnswer(failure) ? reasonOf(failure) : `${name}: ${message}`;
  // A stack begins with the message.
  const at = stack?.indexOf(message) ?? -1;
  return at < 0 ? said : `${said}${stack?.slice(at + message.length) ?? ''}`;
}

/** The same in a few words, without the place. */
export function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return 'unknown';
  if (!isAnswer(failure)) return failure.message;
  return `${failure.name} ${failure.statusCode ?? ''} ${failure.code ?? ''}`.trim();
}

interface Answer {
  statusCode: number | undefined;
  code: string | undefined;
}

function isAnswer(failure: Error): failure is Error & Answer {
  return 'statusCode' in failure;
}
