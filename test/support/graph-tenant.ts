/** When the suites' clocks start: a morning, long after the hour of the schedule and long before the next. */
export const NOW = '2026-11-25T08:00:00Z';

/** A Graph object as `PUT /_control/tenant` takes it. */
export type GraphJson = Record<string, unknown> & { id: string };

export interface GraphSecret {
  keyId: string;
  displayName: string;
  hint: string;
  startDateTime: string | null;
  endDateTime: string | null;
}

/** An instant so many days after {@link NOW}, to the second as Graph writes it. */
export function inDays(days: number): string {
  return `${new Date(Date.parse(NOW) + days * 86_400_000).toISOString().slice(0, 19)}Z`;
}

/** A GUID that tells what it is of: the same for the same kind (two hexadecimal digits) and number. */
export function guid(kind: string, number: number): string {
  return `000000${kind}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** A passwordCredential that ends in so many days, and began two years ago unless told otherwise. */
export function secret(keyId: string, endsInDays: number | null, beganInDays = -730): GraphSecret {
  return {
    keyId,
    displayName: 'prod',
    hint: 'Ab3',
    startDateTime: inDays(beganInDays),
    endDateTime: endsInDays === null ? null : inDays(endsInDays),
  };
}

export function application(number: number, members: Record<string, unknown>): GraphJson {
  return {
    id: guid('a0', number),
    appId: guid('a1', number),
    displayName: `Orders ${number}`,
    passwordCredentials: [],
    keyCredentials: [],
    ...members,
  };
}

/** A user of the directory with a mailbox. */
export function user(name: string): GraphJson & { mail: string } {
  const mail = `${name}@contoso.example`;
  return { id: `id-of-${name}`, displayName: name, mail, userPrincipalName: mail };
}
