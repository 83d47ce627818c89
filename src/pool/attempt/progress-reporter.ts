import type { ProgressEvent, Report } from '../../jobs/index.ts';

/** Text is held back until there is this much, or this long: an event for each token would be a write for each. */
const HOLD_CHARACTERS = 4096;
const HOLD_MS = 50;

/** What an event takes beside its text: its names, its time, its place in the log. */
const EVENT_CHARACTERS = 200;

/** Reports that may be under way before the worker has to wait for the store. */
const MAX_PENDING = 32;

/**
 * Reports an attempt's progress in order: pieces of text that follow each other become one event, everything
 * else is passed on at once.
 */
export class ProgressReporter {
  readonly #report: Report;
  readonly #maxCharacters: number;
  readonly #onFailure: () => void;
  #text = '';
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();
  #pending = 0;
  #characters = 0;
  #failure: { error: unknown } | undefined;

  /**
   * @param maxCharacters the most that the attempt may report: a job can have the CLI say anything, as fast as it likes,
   * and every job's log is kept in the same Redis. A model's longest answer is below 1 MiB.
   * @param onFailure called once, when a report is refused; finish() rejects with the reason then
   */
  constructor(report: Report, maxCharacters: number, onFailure: () => void) {
    this.#report = report;
    this.#maxCharacters = maxCharacters;
    this.#onFailure = onFailure;
  }

  /**
   * Takes an event.
   * @returns what to wait for before the next one, where the store is behind; a slow store slows the worker
   */
  push(event: ProgressEvent): Promise<void> | undefined {
    this.#characters += event.type === 'text' ? event.text.length : EVENT_CHARACTERS;
    if (this.overflow) return undefined;
    if (event.type !== 'text') {
      this.#flush();
      this.#send(event);
    } else {
      this.#text += event.text;
      if (this.#text.length >= HOLD_CHARACTERS) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), HOLD_MS);
    }
    return this.#pending > MAX_PENDING ? this.#last : undefined;
  }

  /** True once there was too much to report. Nothing more is reported then. */
  get overflow(): boolean {
    return this.#characters > this.#maxCharacters;
  }

  /**
   * Resolves when everything is reported.
   * @throws what a report was refused with
   */
  async finish(): Promise<void> {
    this.#flush();
    await this.#last;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#send({ type: 'text', text });
  }

  #send(event: ProgressEvent): void {
    this.#pending += 1;
    this.#last = this.#last.then(async () => {
      try {
        if (this.#failure === undefined) await this.#report(event);
      } catch (error) {
        this.#failure = { error };
        this.#onFailure();
      }
      this.#pending -= 1;
    });
  }
}
