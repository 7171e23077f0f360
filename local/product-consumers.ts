import { seedConsumers } from './cloud/seed-consumers.ts';
import { callProduct } from './product-client.ts';

interface Seeding {
  /** Address of Keyturn. */
  url: string;
  adminKey: string;
}

/**
 * Records the seeded consumers over the product's own route. What is there from an earlier start stays as it is. Throws
 * when the route does not answer as the contract says.
 */
export async function putSeedConsumers({ url, adminKey }: Seeding): Promise<void> {
  await Promise.all(
    Object.entries(seedConsumers).map(([id, body]) =>
      callProduct('PUT', `${url}/api/consumers/${id}`, {
        headers: { 'x-keyturn-key': adminKey, 'if-none-match': '*' },
        body,
        expected: [201, 412],
      }),
    ),
  );
}
