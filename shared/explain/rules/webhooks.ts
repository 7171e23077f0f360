import type { ErrorRule } from '../rule.ts';

const ANOTHER_WAY = 'Until then let alerts go out another way: this message did not arrive.';

/** What Teams and Workflows answer; the address holds its own key, so nothing of it is repeated. */
export const WEBHOOK_RULES: readonly ErrorRule[] = [
  {
    codes: ['TeamsConnector413'],
    pattern: /Microsoft Teams endpoint returned HTTP error 413/i,
    status: null,
    title: 'Teams: the card is too large',
    cause:
      'The connector answered 200, but Teams refused the card behind it: it takes about 28 KB.',
    about: 'The size of the message.',
    steps: [
      'Shorten the card, or split it into several (Keyturn keeps to 20,000 bytes).',
      'Send it again.',
    ],
    retry: 'whenFixed',
    page: null,
  },
  {
    codes: ['TeamsConnector429'],
    pattern: /Microsoft Teams endpoint returned HTTP error (?:429|5\d\d)/i,
    status: null,
    title: 'Teams: too many messages, or trouble at Teams',
    cause: 'The connector answered 200, but Teams behind it asked to wait.',
    about: 'The number of messages.',
    steps: ['Wait {wait} and send it again.'],
    retry: 'later',
    page: null,
  },
  {
    codes: ['TeamsConnector400'],
    pattern: /Microsoft Teams endpoint returned HTTP error \d{3}|Webhook message delivery failed/i,
    status: null,
    title: 'Teams: the card was refused',
    cause: 'The connector answered 200, but Teams behind it could not read the card.',
    about: 'The content of the message.',
    steps: [
      'Do not send the same card again.',
      'Check it with the Adaptive Card designer, version 1.4.',
      'Connectors are being switched off: create a Workflows webhook for the channel and enter its address.',
    ],
    retry: 'never',
    page: null,
  },
  {
    codes: ['WorkflowTriggerIsNotEnabled'],
    status: null,
    title: 'Teams: the workflow is switched off',
    cause: 'The flow behind the webhook is stopped or suspended, by its owner or by a policy.',
    about: 'The flow in Power Automate.',
    steps: [
      'Open Power Automate, find the flow and turn it on.',
      'If a policy suspended it, ask the Power Platform administrator.',
      ANOTHER_WAY,
    ],
    retry: 'whenFixed',
    page: null,
  },
  {
    codes: [
      'DirectApiAuthorizationRequired',
      'DirectApiRequestHasMoreThanOneAuthorization',
      'DirectApiInvalidAuthorizationScheme',
    ],
    status: null,
    title: 'Teams: the webhook’s address is incomplete',
    cause: 'The part with the signature is missing: the address was cut when it was copied.',
    about: 'The webhook’s address (it is a secret: keep it out of tickets and chats).',
    steps: [
      'Open the flow, copy the whole address of its trigger again and enter it.',
      ANOTHER_WAY,
    ],
    retry: 'whenFixed',
    page: null,
  },
  {
    codes: ['InvalidApiVersionParameter', 'MissingApiVersionParameter'],
    status: null,
    title: 'Teams: the webhook’s address was changed',
    cause: 'Its api-version part is not the one that Power Automate wrote.',
    about: 'The webhook’s address.',
    steps: ['Copy the whole address of the trigger again and enter it unchanged.', ANOTHER_WAY],
    retry: 'whenFixed',
    page: null,
  },
];
