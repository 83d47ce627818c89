/**
 * What each character of a text may cost, in steps: plain text takes some 9, of a script without spaces 15 to 18, and with
 * what it hides hardly more than that (test/conformance/inspect-rules.test.ts). A text that is dearer is not read to its end.
 */
const STEPS_PER_CHARACTER = 20;
/** Shorter texts may cost as much as one of this length: enough for a short text in any disguises. */
const MIN_CHARACTERS = 20_000;

/** What may be done for a text, whatever it holds; linear in its length. */
export function workFor(text: string): Work {
  return new Work(STEPS_PER_CHARACTER * Math.max(text.length, MIN_CHARACTERS));
}

/** As much as anything takes. */
export function unlimitedWork(): Work {
  return new Work(Number.POSITIVE_INFINITY);
}

/** Of each allowance: what tells one from another in tables that outlive both. */
let made = 0;

/**
 * How much may still be done for a text, in steps of 2 to 4 ns. What is charged depends on the text alone, not on what
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

  /** How many steps are left; below 0 where what had to be done took more. */
  get left(): number {
    return this.#left;
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

  /** Notes that something is left undone. */
  leaveUndone(): void {
    this.#isExhausted = true;
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
