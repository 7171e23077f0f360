/** What a log says about something thrown: the stack where there is one. */
export function errorText(error: unknown): string {
  if (error instanceof Error) return error.stack ?? error.message;
  return typeof error === 'string' ? error : JSON.stringify(error);
}

/** One sentence about something thrown, without a stack. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : errorText(error);
}
