import type { KeySet } from './key-set.ts';

/** Where an issuer's keys come from. */
export interface KeySource {
  /** The keys that count now, at once; undefined while there are none to be had. */
  current(): KeySet | undefined;
  /**
   * Looks for newer keys, where that is allowed so soon. Never rejects.
   * @returns whether current() is what the issuer has: false while it cannot be asked
   */
  refresh(): Promise<boolean>;
  close(): void;
}
