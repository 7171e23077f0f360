import type { RecordedConsumer } from './credential.ts';

/**
 * The places on record that may hold this credential. Those that hold another one of the same application that works
 * (`otherKeyIds`, in lower case) go on working when it ends, so nobody has to do anything there. A record that names a
 * credential which ended long ago is out of date and says nothing about which one the place holds now.
 */
export function placesHolding({
  otherKeyIds = [],
  consumers,
}: {
  otherKeyIds?: readonly string[] | undefined;
  consumers: readonly RecordedConsumer[];
}): RecordedConsumer[] {
  return consumers.filter(({ keyId }) => keyId === null || !otherKeyIds.includes(keyId));
}

/** What Keyturn knows of its own connections by itself; ids of places that people record have no colon. */
const OWN = 'keyturn:';

/** Names a connection of Keyturn's own among the places. */
export function ownPlaceId(connectionId: string): string {
  return `${OWN}${connectionId}`;
}

/** True for a connection of Keyturn's own: nobody is asked about it. */
export function isOwnConnection({ id }: Pick<RecordedConsumer, 'id'>): boolean {
  return id.startsWith(OWN);
}
