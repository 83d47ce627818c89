/**
 * Passes chunks on and calls onSilence when the next one takes longer than timeoutMs. Time that the receiver takes does
 * not count, so that a slow worker is not blamed on the provider.
 */
export async function* guardAgainstSilence<T>(
  chunks: AsyncIterable<T>,
  timeoutMs: number,
  onSilence: () => void,
): AsyncGenerator<T, void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    while (true) {
      const timer = setTimeout(onSilence, timeoutMs);
      const next = await iterator.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
