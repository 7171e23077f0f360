import type { RecordedConsumer } from './credential.ts';

/**
 * The places on record that may hold this credential: those that are known to hold another one of the same application
 * go on working when it ends, so nobody has to do anything there.
 */
export function placesHolding({
  keyId,
  consumers,
}: {
  keyId: string | null;
  consumers: readonly RecordedConsumer[];
}): RecordedConsumer[] {
  return consumers.filter(
    (consumer) =>
      consumer.keyId === null || keyId === null || consumer.keyId === keyId.toLowerCase(),
  );
}
