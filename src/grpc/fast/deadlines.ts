/** A call that waits for its handler. */
export interface Expiring {
  /** As performance.now() tells time. */
  readonly deadlineMs: number;
  /** Where Deadlines has it; -1 where it has not. */
  deadlinePlace: number;
  expire(): void;
}

/**
 * Ends calls when their deadlines have passed. Almost all are answered long before, so one timer does for all of them:
 * it looks when the first deadline of those that waited last time is due.
 */
export class Deadlines {
  /** No Set, for the reason why OpenStreams is no Map. */
  readonly #calls: Expiring[] = [];
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Number.POSITIVE_INFINITY;

  add(call: Expiring): void {
    if (call.deadlinePlace === -1) call.deadlinePlace = this.#calls.push(call) - 1;
    if (call.deadlineMs < this.#dueMs) this.#lookAt(call.deadlineMs);
  }

  delete(call: Expiring): void {
    const place = call.deadlinePlace;
    if (place === -1) return;
    call.deadlinePlace = -1;
    const last = this.#calls.pop() as Expiring;
    if (last === call) return;
    this.#calls[place] = last;
    last.deadlinePlace = place;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #lookAt(dueMs: number): void {
    clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    const waitMs = Math.min(Math.max(0, Math.ceil(dueMs - performance.now())), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#look(), waitMs).unref();
  }

  #look(): void {
    const nowMs = performance.now();
    let nextMs = Number.POSITIVE_INFINITY;
    // What comes during the walk sets a timer of its own.
    this.#dueMs = Number.POSITIVE_INFINITY;
    for (const call of [...this.#calls]) {
      // The end of another may have settled it.
      if (call.deadlinePlace === -1) continue;
      if (call.deadlineMs <= nowMs) {
        this.delete(call);
        call.expire();
      } else {
        nextMs = Math.min(nextMs, call.deadlineMs);
      }
    }
    if (nextMs < this.#dueMs) this.#lookAt(nextMs);
  }
}

/** Longer waits do not fit a timer. */
const MAX_TIMER_MS = 2 ** 31 - 1;
