import type { Concurrency } from './algorithm.ts';

/** The leases of one bucket, in this process. */
export interface Leases {
  readonly used: number;
  moveTo(nowMs: number): void;
  isHeld(lease: string): boolean;
  /** Takes a place, or keeps it for another leaseMs. */
  acquire(lease: string, algorithm: Concurrency): void;
  release(lease: string): void;
  waitMs(over: boolean, algorithm: Concurrency): number;
}

export function createLeases(): Leases {
  const runsOutAtMs = new Map<string, number>();
  let nowMs = 0;
  return {
    get used() {
      return runsOutAtMs.size;
    },
    moveTo(time) {
      nowMs = time;
      for (const [lease, atMs] of runsOutAtMs) if (atMs <= time) runsOutAtMs.delete(lease);
    },
    isHeld: (lease) => runsOutAtMs.has(lease),
    acquire(lease, { leaseMs }) {
      runsOutAtMs.set(lease, nowMs + leaseMs);
    },
    release(lease) {
      runsOutAtMs.delete(lease);
    },
    waitMs(over, { leaseMs }) {
      const times = [...runsOutAtMs.values()];
      if (times.length === 0) return over ? leaseMs : 0;
      return (over ? Math.min(...times) : Math.max(...times)) - nowMs;
    },
  };
}
