/** One of a fixed number of places, until it is released. */
export interface Slot {
  index: number;
  release(): void;
}

/** A fixed number of places; who finds none free waits in line. */
export class Slots {
  readonly #free: number[];
  readonly #count: number;
  readonly #waiting: ((slot: Slot) => void)[] = [];

  constructor(count: number) {
    this.#count = count;
    this.#free = Array.from({ length: count }, (_, index) => index);
  }

  /** How many places are taken. */
  get held(): number {
    return this.#count - this.#free.length;
  }

  /** Resolves with the lowest free place; undefined when the signal is aborted first. */
  acquire(signal: AbortSignal): Promise<Slot | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const index = this.#free.shift();
    if (index !== undefined) return Promise.resolve(this.#slot(index));
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        resolve(undefined);
      };
      const take = (slot: Slot) => {
        signal.removeEventListener('abort', leave);
        resolve(slot);
      };
      this.#waiting.push(take);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  #slot(index: number): Slot {
    let held = true;
    return {
      index,
      release: () => {
        if (!held) return;
        held = false;
        const next = this.#waiting.shift();
        if (next !== undefined) return next(this.#slot(index));
        this.#free.push(index);
        this.#free.sort((a, b) => a - b);
      },
    };
  }
}
