/**
 * Maps every item with at most `limit` calls in flight; results in the order of the items. When calls fail, the others
 * are still made, and the first failure is thrown at the end.
 */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = Array.from<R>({ length: items.length });
  const failures: unknown[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    // One iterator is shared by all workers, so each item is taken once.
    for (const [index, item] of entries) {
      try {
        results[index] = await map(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
