/** One message per tenant of a night. */
export const CHECKS_QUEUE = 'keyturn-checks';

/** One message per recipient of a night. */
export const DELIVERIES_QUEUE = 'keyturn-deliveries';

/** The prefix of the settings from which the host's queue triggers take their connection. */
export const STORAGE_CONNECTION = 'KEYTURN_STORAGE';
