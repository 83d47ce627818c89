/** Questions to another process that are not answered yet, each by its number. */
export class Questions<Answer> {
  readonly #timeoutMs: number;
  readonly #open = new Map<number, (answer: Answer | undefined) => void>();
  #next = 1;

  /** @param timeoutMs after which a question counts as answered with nothing */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** @param send gets the question's number */
  async ask(send: (question: number) => void): Promise<Answer | undefined> {
    const question = this.#next;
    this.#next += 1;
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    const late = setTimeout(() => resolve(undefined), this.#timeoutMs);
    this.#open.set(question, resolve);
    try {
      send(question);
      return await promise;
    } finally {
      clearTimeout(late);
      this.#open.delete(question);
    }
  }

  /** One that comes too late is dropped. */
  answered(question: number, answer: Answer | undefined): void {
    this.#open.get(question)?.(answer);
  }
}
