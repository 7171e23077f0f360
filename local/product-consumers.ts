import { seedConsumers } from './cloud/seed-consumers.ts';

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
    Object.entries(seedConsumers).map(async ([id, body]) => {
      const response = await fetch(`${url}/api/consumers/${id}`, {
        method: 'PUT',
        headers: {
          'content-type': 'application/json',
          'x-keyturn-key': adminKey,
          'if-none-match': '*',
        },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (response.status !== 201 && response.status !== 412)
        throw new Error(`PUT /api/consumers/${id} answered ${response.status}: ${text}`);
    }),
  );
}
