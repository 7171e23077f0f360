import type { ErrorRule } from '../rule.ts';

/** What sendMail answers. Microsoft Learn: "Limit application permissions to specific Exchange Online mailboxes". */
export const MAIL_RULES: readonly ErrorRule[] = [
  {
    codes: ['ErrorAccessDenied', 'AccessDenied'],
    status: null,
    title: 'Mail: the sender may not be used',
    cause:
      'The permission Mail.Send is missing, or a policy in Exchange keeps the application away from this mailbox.',
    about:
      'The application permission Mail.Send, or the role Application Mail.Send in Exchange Online.',
    steps: [
      'Give the caller the role Application Mail.Send for this mailbox (`keyturn setup --role exchange` prints the commands).',
      'Check the mailbox in KEYTURN_MAIL_FROM: is it inside the scope of that role?',
      'A change in Exchange takes from 30 minutes to a few hours to show.',
      'Until then let alerts go out another way (Teams or SMTP): nothing was sent.',
    ],
    retry: 'whenFixed',
    page: null,
  },
  {
    codes: ['NoPermissionsInAccessToken'],
    status: null,
    title: 'Mail: the access token holds no permission at all',
    cause:
      'The application has no application permission with consent; a delegated one does not count without a person.',
    about: 'The application permission Mail.Send of Microsoft Graph.',
    steps: [
      'Add Mail.Send as an **application** permission (not delegated).',
      'Let an administrator consent.',
      'Get a new token and send again.',
    ],
    retry: 'whenFixed',
    page: 'permissions',
  },
  {
    codes: [
      'MailboxNotEnabledForRESTAPI',
      'MailboxNotFound',
      'ErrorNonExistentMailbox',
      'ErrorInvalidUser',
    ],
    status: null,
    title: 'Mail: the sender has no mailbox that can be used',
    cause: 'The mailbox is inactive, deleted, without a licence, or still on a server of your own.',
    about: 'The sender’s address (KEYTURN_MAIL_FROM).',
    steps: [
      'Choose a mailbox in Exchange Online; a shared mailbox needs no licence.',
      'A new mailbox may need an hour before it can send.',
    ],
    retry: 'whenFixed',
    page: 'users',
  },
  {
    codes: ['ErrorInvalidRecipients', 'ErrorInvalidRecipient'],
    status: null,
    title: 'Mail: a recipient’s address is not valid',
    cause:
      'One entry holds several addresses joined by ";", or an account name with #EXT# in it, which is no address.',
    about: 'The recipients.',
    steps: [
      'Enter each address as an entry of its own.',
      'For guests use their own mail address, not the #EXT# name.',
    ],
    retry: 'whenFixed',
    page: null,
  },
  {
    codes: ['ErrorSendAsDenied'],
    status: null,
    title: 'Mail: the sender may not write in this name',
    cause: 'The From address is not that of the mailbox, and there is no right to send as it.',
    about: 'The right "Send as" in Exchange Online.',
    steps: ['Use the mailbox’s own address as sender, or give it the right "Send as".'],
    retry: 'whenFixed',
    page: null,
  },
];
