import type { Principal } from '../credentials/principal.ts';

/** unavailable: cannot be told now, and the operator wants such requests refused. */
export type BlocklistVerdict = 'clear' | 'blocked' | 'unavailable';

/** Credentials that are good in themselves and are refused all the same, from the moment that somebody says so. */
export interface Blocklist {
  /** Answers at once where the process knows the whole list. */
  check(principal: Principal): BlocklistVerdict | Promise<BlocklistVerdict>;
}

/** Where the blocklist is switched off. */
export const NO_BLOCKLIST: Blocklist = { check: () => 'clear' };
