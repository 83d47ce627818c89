/** A place to ask the provider from, until it is released. */
export interface Permit {
  release(): void;
}

/** A place, or why there is none: too many wait already, or it took too long. */
export type Entry = { kind: 'entered'; permit: Permit } | { kind: 'full' } | { kind: 'late' };

export interface FairQueueLimits {
  /** Places in all. */
  maxConcurrent: number;
  /** Who may wait for one, in all. */
  maxQueued: number;
  /** Longest wait. */
  timeoutMs: number;
}

/** Places that are given to tenants in turn, so that one with many requests does not keep the others waiting. */
export interface FairQueue {
  /** Rejects with the signal's reason when it is aborted first. */
  enter(tenant: string, signal: AbortSignal): Promise<Entry>;
  readonly running: number;
  readonly waiting: number;
}

interface Waiter {
  settle(entry: Entry): void;
}

export function createFairQueue(limits: FairQueueLimits): FairQueue {
  /** Those that wait, by tenant; the tenant whose turn it is comes first. */
  const lines = new Map<string, Waiter[]>();
  let running = 0;
  let waiting = 0;

  function permit(): Permit {
    let held = true;
    return {
      release() {
        if (!held) return;
        held = false;
        running -= 1;
        admitNext();
      },
    };
  }

  function admitNext(): void {
    const [next] = lines;
    if (next === undefined) return;
    const [tenant, line] = next;
    const waiter = line[0] as Waiter;
    leave(tenant, waiter);
    const rest = lines.get(tenant);
    if (rest !== undefined) {
      lines.delete(tenant);
      lines.set(tenant, rest);
    }
    running += 1;
    waiter.settle({ kind: 'entered', permit: permit() });
  }

  function leave(tenant: string, waiter: Waiter): void {
    const line = lines.get(tenant) ?? [];
    const at = line.indexOf(waiter);
    if (at < 0) return;
    line.splice(at, 1);
    waiting -= 1;
    if (line.length === 0) lines.delete(tenant);
  }

  return {
    async enter(tenant, signal) {
      signal.throwIfAborted();
      if (running < limits.maxConcurrent) {
        running += 1;
        return { kind: 'entered', permit: permit() };
      }
      if (waiting >= limits.maxQueued) return { kind: 'full' };
      const { promise, resolve, reject } = Promise.withResolvers<Entry>();
      const waiter = { settle: resolve };
      const line = lines.get(tenant) ?? [];
      line.push(waiter);
      lines.set(tenant, line);
      waiting += 1;
      const giveUp = () => {
        leave(tenant, waiter);
        reject(signal.reason);
      };
      const late = setTimeout(() => {
        leave(tenant, waiter);
        resolve({ kind: 'late' });
      }, limits.timeoutMs);
      signal.addEventListener('abort', giveUp);
      try {
        return await promise;
      } finally {
        clearTimeout(late);
        signal.removeEventListener('abort', giveUp);
      }
    },
    get running() {
      return running;
    },
    get waiting() {
      return waiting;
    },
  };
}
