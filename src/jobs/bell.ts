/** Wakes one waiter; a ring that nobody waits for yet is kept. */
export class Bell {
  #next = Promise.withResolvers<void>();

  ring(): void {
    this.#next.resolve();
  }

  /** @param waitMs longest wait; without it until it rings */
  async rung(waitMs?: number): Promise<void> {
    const { promise } = this.#next;
    if (waitMs === undefined) await promise;
    else await within(promise, waitMs);
    this.#next = Promise.withResolvers();
  }
}

async function within(promise: Promise<void>, waitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitMs);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
