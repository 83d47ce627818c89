import type { ConnectionLife } from './connection-life.ts';
import { ConnectionError, ErrorCode } from './error-code.ts';

/** As many times as `burst` at once, and `perSecond` on and on. */
export interface Allowance {
  burst: number;
  perSecond: number;
}

/** WINDOW_UPDATE and the like that come with one call, at most. */
const IDLE_FRAMES_OF_A_CALL = 4;

/** How often a peer may do what no well-behaved one does often. Calls that it waits for give it back what they may take. */
export class Budgets {
  readonly #life: ConnectionLife;
  readonly #calls: Budget;
  readonly #idle: Budget;

  /** @param allowances `calls` for what makes this side work or answer, `idle` for frames that carry nothing */
  constructor(life: ConnectionLife, { calls, idle }: { calls: Allowance; idle: Allowance }) {
    this.#life = life;
    this.#calls = new Budget(calls);
    this.#idle = new Budget(idle);
  }

  /** @throws ConnectionError where there have been too many */
  spendCall(): void {
    if (this.#calls.spend(this.#life.nowMs)) return;
    throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many resets, or frames that want an answer');
  }

  /** @throws ConnectionError where there have been too many */
  spendIdle(): void {
    if (this.#idle.spend(this.#life.nowMs)) return;
    throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, 'too many frames that carry nothing');
  }

  /** A call was answered. */
  earn(): void {
    this.#calls.earn(1);
    this.#idle.earn(IDLE_FRAMES_OF_A_CALL);
  }
}

class Budget {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #lastMs = 0;

  constructor({ burst, perSecond }: Allowance) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
  }

  /** @returns whether it was there */
  spend(nowMs: number): boolean {
    const earned = ((nowMs - this.#lastMs) / 1000) * this.#perSecond;
    this.#lastMs = nowMs;
    this.#left = Math.min(this.#burst, this.#left + earned) - 1;
    return this.#left >= 0;
  }

  earn(times: number): void {
    this.#left = Math.min(this.#burst, this.#left + times);
  }
}
