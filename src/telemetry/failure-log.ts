import type { Logger } from './log.ts';
import { errorMessage } from './logged-error.ts';

/** Failures that repeat with every request, told once an interval with how many there were. */
export interface FailureLog {
  failed(error: unknown): void;
  /** Something went well: says so where it had failed before. */
  succeeded(): void;
}

export interface FailureLogOptions {
  logger: Logger;
  /** Closed set of codes, as in the log's `code`. */
  code: string;
  /** What happens to the requests meanwhile. */
  failing: string;
  /** What succeeded() tells; none where one success says nothing about the failures. */
  recovered?: string;
  /** Milliseconds of a clock that never steps back. */
  now: () => number;
}

/** Also while failures and successes alternate there are two lines an interval at most. */
const INTERVAL_MS = 10_000;

export function createFailureLog({ logger, code, failing, recovered, now }: FailureLogOptions): FailureLog {
  let untold = 0;
  let total = 0;
  let failureToldAt = Number.NEGATIVE_INFINITY;
  let recoveryToldAt = Number.NEGATIVE_INFINITY;
  return {
    failed(error) {
      untold += 1;
      total += 1;
      const at = now();
      if (at - failureToldAt < INTERVAL_MS) return;
      logger.error({ code, count: untold, reason: errorMessage(error) }, failing);
      untold = 0;
      failureToldAt = at;
    },
    succeeded() {
      if (total === 0 || recovered === undefined) return;
      const at = now();
      if (at - recoveryToldAt < INTERVAL_MS) return;
      logger.info({ code, count: total }, recovered);
      untold = 0;
      total = 0;
      recoveryToldAt = at;
    },
  };
}
