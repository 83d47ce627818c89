/**
 * Who asks while an answer is on its way, or soon after it was asked for, gets the same: several readers cost what one does.
 * @param read of few things, each of which has its last answer kept
 * @param maxAgeMs how old an answer may be, counted from when it was asked for
 * @param now milliseconds of a clock that never steps back
 */
export function shareReads<Source, Answer>(
  read: (source: Source) => Promise<Answer>,
  maxAgeMs: number,
  now: () => number,
): (source: Source) => Promise<Answer> {
  interface Asked {
    atMs: number;
    isOver: boolean;
    answer: Promise<Answer>;
  }
  const last = new Map<Source, Asked>();
  return (source) => {
    const known = last.get(source);
    if (known !== undefined && (!known.isOver || now() - known.atMs < maxAgeMs)) return known.answer;
    const asked: Asked = {
      atMs: now(),
      isOver: false,
      answer: read(source).finally(() => {
        asked.isOver = true;
      }),
    };
    last.set(source, asked);
    return asked.answer;
  };
}
