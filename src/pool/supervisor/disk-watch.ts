import type { DiskUse } from './disk-use.ts';

/** A disk takes some 1 GB/s, so that a job gets about as much past its limit as that. */
const LOOK_EVERY_MS = 1_000;
/** Looking takes longer the more files there are; it may take a tenth of the time. */
const REST_FACTOR = 9;

/** Notices a run whose files are too large or too many. */
export class DiskWatch {
  readonly #use: () => Promise<DiskUse>;
  readonly #limits: DiskUse;
  readonly #onTooMuch: () => void;
  #timer: NodeJS.Timeout | undefined;
  #open = true;

  constructor(use: () => Promise<DiskUse>, limits: DiskUse, onTooMuch: () => void) {
    this.#use = use;
    this.#limits = limits;
    this.#onTooMuch = onTooMuch;
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  dispose(): void {
    this.#open = false;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const startedAtMs = performance.now();
    // What could not be looked at this time may be the next; a folder that is gone has no job in it.
    const use = await this.#use().catch(() => ({ bytes: 0, files: 0 }));
    if (!this.#open) return;
    if (use.bytes > this.#limits.bytes || use.files > this.#limits.files) return this.#onTooMuch();
    const tookMs = performance.now() - startedAtMs;
    this.#timer = setTimeout(() => void this.#look(), Math.max(LOOK_EVERY_MS, tookMs * REST_FACTOR));
  }
}
