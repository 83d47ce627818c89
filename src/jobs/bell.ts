/** Wakes one waiter; a ring that nobody waits for yet is kept. */
export class Bell {
  #next = Promise.withResolvers<boolean>();

  ring(): void {
    this.#next.resolve(true);
  }

  /**
   * @param waitMs longest wait; without it until it rings
   * @returns whether it rang
   */
  async rung(waitMs?: number): Promise<boolean> {
    const { promise, resolve } = this.#next;
    const timer = waitMs === undefined ? undefined : setTimeout(resolve, waitMs, false);
    const rang = await promise;
    clearTimeout(timer);
    this.#next = Promise.withResolvers();
    return rang;
  }
}
