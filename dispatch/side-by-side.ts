/**
 * Does work on each of them, on so many at the same time.
 * @returns the results in their order
 * @throws what the first work that failed threw; no other is begun then
 */
export async function sideBySide<T, Result>(
  those: readonly T[],
  atOnce: number,
  work: (each: T) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let left = [...those.entries()];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, each] = next;
      results[index] = await work(each);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
    return results;
  } finally {
    left = [];
  }
}
