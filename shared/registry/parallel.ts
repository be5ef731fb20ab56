/**
 * Does something for each item, at most `most` at the same time, in their order. After a failure nothing more is begun;
 * the first error is thrown when all that had begun has ended.
 */
export async function inParallel<T>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const errors: unknown[] = []
  const worker = async () => {
    while (errors.length === 0) {
      const item = waiting.shift()
      if (item === undefined) return
      await work(item).catch((error: unknown) => void errors.push(error))
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker))
  if (errors.length > 0) throw errors[0]
}
