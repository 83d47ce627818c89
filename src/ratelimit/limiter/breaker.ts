/**
 * Stops asking a store that does not answer, so that not every request waits its deadline. It opens after so many late
 * answers in a row and not at a share of failures: within one deadline of a stall, however busy the second before it was.
 * Only lateness counts; a store that refuses at once costs nobody a wait, and is noticed at once when it no longer does.
 */
export interface Breaker {
  readonly isOpen: boolean;
  /** Whether the store may be asked now. While open, one question in each retryMs may; it must be told how it ended. */
  admits(): boolean;
  /** The store has answered, whatever it said. */
  answered(): void;
  /** The store has not answered in time. @param questions how many waited for it together */
  late(questions: number): void;
}

export interface BreakerOptions {
  /** Late answers in a row that open it. */
  lateAnswers: number;
  /** While open: how long until the store is asked again. */
  retryMs: number;
  /** Monotonic, in milliseconds. */
  now: () => number;
}

export function createBreaker({ lateAnswers, retryMs, now }: BreakerOptions): Breaker {
  let inARow = 0;
  let retryAtMs = 0;
  return {
    get isOpen() {
      return inARow >= lateAnswers;
    },
    admits() {
      if (inARow < lateAnswers) return true;
      const nowMs = now();
      if (nowMs < retryAtMs) return false;
      retryAtMs = nowMs + retryMs;
      return true;
    },
    answered() {
      inARow = 0;
    },
    late(questions) {
      const wasClosed = inARow < lateAnswers;
      inARow += questions;
      if (wasClosed && inARow >= lateAnswers) retryAtMs = now() + retryMs;
    },
  };
}
