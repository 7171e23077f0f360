import type { ReadError } from './read-error.ts';
import type { ErrorRule } from './rule.ts';

/** A token endpoint that answers nothing at all (HTTP 502 to 504) is down, not misconfigured. */
export const EMPTY_ANSWER: ErrorRule = {
  codes: [],
  status: 'degraded',
  title: 'An empty answer',
  cause:
    'If this is all that the sign-in service answered, it was in temporary trouble: HTTP 502, 503 and 504 often come without a body.',
  about: 'The service itself; secrets and permissions are fine as far as one can tell.',
  steps: [
    'Wait a minute and try again.',
    'If you meant to paste an error, put it behind the command in quotes, or pipe it in.',
    'Do not replace secrets because of this.',
  ],
  retry: 'later',
  page: 'serviceHealth',
};

/** A successful answer that was taken for an error. */
export const SECRET_ANSWER: ErrorRule = {
  codes: [],
  status: null,
  title: 'This is not an error: the request succeeded',
  cause:
    'The text is an answer that hands out a token or a new secret. If something fails all the same, the error came from the next call, to the API.',
  about: 'The token or secret in the text; it is not repeated here.',
  steps: [
    'Treat the text like a password, and delete it where others can read it.',
    'Check what the token is for ("resource" or "scope"): for Business Central it must be https://api.businesscentral.dynamics.com.',
    'Paste what the API answered.',
  ],
  retry: 'whenFixed',
  page: null,
};

/** An error that no rule knows: its class by its OAuth word if there is one, and what the service wrote. */
export function unknownError({ aadstsNumbers, codes }: ReadError): ErrorRule {
  const isEntra =
    aadstsNumbers.length > 0 || codes.some((code) => /^[a-z]+(?:_[a-z]+)+$/.test(code));
  const number = aadstsNumbers[0];
  return {
    codes: [],
    status: isEntra ? 'misconfigured' : null,
    title: isEntra
      ? 'An error of Entra that Keyturn has no advice for'
      : 'An error without advice here',
    cause:
      'The message of the service is below. Treat it as final: nothing says that trying again helps.',
    about: 'Not known.',
    steps: [
      ...(number === undefined
        ? []
        : [`Look it up: https://login.microsoftonline.com/error?code=${number}`]),
      'Give the administrator the ids and the time shown here: the sign-in log of {application} has the rest.',
    ],
    retry: 'never',
    page: null,
    isGeneric: true,
  };
}
