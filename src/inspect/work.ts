/** Of each allowance: what tells one from another in tables that outlive both. */
let made = 0;

/**
 * How much may still be done for a text, in steps of about 3 ns. What is charged depends on the text alone, not on what
 * was looked at before: a text is judged alike wherever and whenever.
 */
export class Work {
  /** Differs from that of every other. */
  readonly id: number;
  #left: number;
  #isExhausted = false;

  constructor(steps: number) {
    made = (made + 1) & 0x3fffffff;
    this.id = made;
    this.#left = steps;
  }

  /** Whether something was left undone. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /** Whether so many steps are left. Where they are not, what needs them must not be done, and is left undone. */
  allows(steps: number): boolean {
    if (steps <= this.#left) return true;
    this.#isExhausted = true;
    return false;
  }

  /** Takes steps that were done. */
  spend(steps: number): void {
    this.#left -= steps;
  }

  /** Takes steps for what is to be done. @returns false where there are not so many left, and none is taken */
  take(steps: number): boolean {
    if (!this.allows(steps)) return false;
    this.#left -= steps;
    return true;
  }
}
