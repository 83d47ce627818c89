/** One that waits for an answer, no longer than until its deadline. */
export abstract class Waiting {
  /** Those who hold it, while it waits. */
  deadlines: Deadlines | undefined;
  deadlineMs = 0;
  /** Who has waited longer, and who less long. */
  before: Waiting | undefined;
  after: Waiting | undefined;

  /** The deadline has passed. Must not throw. */
  abstract late(): void;
}

/**
 * The deadlines of all who wait equally long, by one timer: those who began first are late first, so a list in that order is
 * all that there is to keep. A timer for each costs more than the rest of a wait that is answered in time.
 */
export class Deadlines {
  readonly #timeoutMs: number;
  #first: Waiting | undefined;
  #last: Waiting | undefined;
  /** Runs until the deadline of who was the first when it was set, whether that one still waits or not. */
  #timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs from the beginning of a wait to its deadline */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** From now on it waits. */
  begin(waiting: Waiting): void {
    waiting.deadlines = this;
    waiting.deadlineMs = performance.now() + this.#timeoutMs;
    waiting.before = this.#last;
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.after = waiting;
    this.#last = waiting;
    if (this.#timer === undefined) this.#set(this.#timeoutMs);
  }

  /** It no longer waits; nothing where it does not. */
  end(waiting: Waiting): void {
    if (waiting.deadlines !== this) return;
    const { before, after } = waiting;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    // One that has grown old would keep alive who came after it, and those after that one, until the next major collection.
    waiting.deadlines = undefined;
    waiting.before = undefined;
    waiting.after = undefined;
  }

  /** Keeps no process running: who waits does, by the connection that is to answer. */
  #set(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (let first = this.#first; first !== undefined; first = this.#first) {
      if (first.deadlineMs > nowMs) {
        if (this.#timer === undefined) this.#set(first.deadlineMs - nowMs);
        return;
      }
      this.end(first);
      first.late();
    }
  }
}
