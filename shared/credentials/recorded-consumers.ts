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
