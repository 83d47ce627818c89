import type { CliMessage } from '../wire/message.ts';

export interface SilenceLimits {
  /** Until the first that the model says, or the run's end. */
  firstEventMs: number;
  /** From then on, between any two messages. A tool that runs is silent too. */
  silenceMs: number;
}

/** Notices a run of which nothing is heard for too long. */
export class SilenceWatch {
  readonly #limits: SilenceLimits;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout;
  #begun = false;

  constructor(limits: SilenceLimits, onSilence: () => void) {
    this.#limits = limits;
    this.#onSilence = onSilence;
    this.#timer = setTimeout(onSilence, limits.firstEventMs);
  }

  saw({ type }: CliMessage): void {
    // What the CLI says by itself at a turn's start tells nothing of the model.
    this.#begun ||= type !== 'system' && type !== 'control_response';
    if (!this.#begun) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onSilence, this.#limits.silenceMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
