/** Counts wrong tokens of each address, so that nobody can try many. */
export interface FailedAttempts {
  /** Seconds that an address has to wait; 0 where it may try. */
  waitS(address: string): number;
  failed(address: string): void;
}

const WINDOW_MS = 60_000;
/** Addresses that are remembered; over it the one that was heard of first is forgotten. */
const MAX_ADDRESSES = 10_000;

/**
 * @param max wrong tokens that an address may send in a minute
 * @param now milliseconds of a clock that never steps back
 */
export function createFailedAttempts(max: number, now: () => number): FailedAttempts {
  const windows = new Map<string, { startMs: number; count: number }>();
  const current = (address: string) => {
    const window = windows.get(address);
    return window !== undefined && now() - window.startMs < WINDOW_MS ? window : undefined;
  };
  return {
    waitS(address) {
      const window = current(address);
      if (window === undefined || window.count < max) return 0;
      return Math.ceil((window.startMs + WINDOW_MS - now()) / 1000);
    },
    failed(address) {
      const window = current(address);
      if (window !== undefined) {
        window.count += 1;
        return;
      }
      windows.delete(address);
      const [first] = windows.keys();
      if (windows.size >= MAX_ADDRESSES && first !== undefined) windows.delete(first);
      windows.set(address, { startMs: now(), count: 1 });
    },
  };
}
