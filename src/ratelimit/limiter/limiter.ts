import { Deadlines, Waiting } from '../../redis/index.ts';
import type { Asker, BucketState, Check, DecidedChecks, DecideTimed } from '../algorithms/bucket.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { checkInParts, type Decided } from './split-check.ts';
import { StoreError, storeFailure } from './store-error.ts';
import { createTickBatch, type TickRun } from './tick-batch.ts';

/** Decides checks in the store. */
export interface Limiter {
  /** @throws where the store fails or does not answer in time (see storeFailure), and what is a bug */
  check(check: Check): Promise<readonly BucketState[]>;
  /** Nodes of the store that are not asked now, because they did not answer. */
  unanswering(): string[];
}

/** How a store is laid out, where it is more than one place. */
export interface Lanes {
  /** Buckets of one lane are decided in one step: on Redis Cluster those of one hash slot. */
  laneOf(key: string): number;
  /** Which node has a lane now. */
  nodeOf(lane: number): string;
}

export interface LimiterOptions {
  decide: DecideTimed;
  /** Absent: the store is one place. */
  lanes?: Lanes | undefined;
  /** Longest wait for the store. */
  deadlineMs: number;
  breaker: { lateAnswers: number; retryMs: number };
  /** Monotonic, in milliseconds. */
  now: () => number;
  /** Learns how each call of the store went: how many checks it held, and how long it took. */
  onCall?: (checks: number, elapsedMs: number) => void;
}

/**
 * Redis serves nobody else while a script runs. 100 checks of two new buckets each were measured (median of 250 calls, Redis's
 * own count) at 0.6 ms for fixed windows, 0.7 ms for token buckets and sliding windows, 1.8 ms for leases.
 */
const MAX_BUCKETS_PER_CALL = 200;

/**
 * All checks of one event-loop tick go to the store in one call; on Redis Cluster one for each hash slot. A check whose
 * buckets lie in several slots is decided in each of them, and gives back where another one refused.
 */
export function createLimiter(options: LimiterOptions): Limiter {
  const { decide, lanes, deadlineMs, now, onCall } = options;
  /** One for each node that the store has. */
  const breakers = new Map<string, Breaker>();
  const breakerOf = (lane: number): Breaker => {
    const node = lanes?.nodeOf(lane) ?? '';
    let breaker = breakers.get(node);
    if (breaker === undefined) {
      breaker = createBreaker({ ...options.breaker, now });
      breakers.set(node, breaker);
    }
    return breaker;
  };

  const deadlines = new Deadlines(deadlineMs);
  const unanswering = () => [...breakers].filter(([, { isOpen }]) => isOpen).map(([node]) => node);

  /** @param read what is wanted of what was decided */
  const batch = <Result>(
    laneOf: (check: Check) => number,
    read: (decided: DecidedChecks) => readonly Result[],
  ) => {
    const store = { deadlines, late: `Redis did not answer in ${deadlineMs} ms`, now, onCall, read };
    return createTickBatch<Check, Result>({
      laneOf,
      sizeOf: ({ buckets }) => buckets.length,
      maxSize: MAX_BUCKETS_PER_CALL,
      start(run) {
        const breaker = breakerOf(run.lane);
        if (!breaker.admits()) {
          const refusal = 'Redis is not asked now, because it did not answer in time';
          run.fail(new StoreError('breaker', refusal));
          return;
        }
        const call = new StoreCall(store, run, breaker);
        deadlines.begin(call);
        decide(run.items, call);
      },
    });
  };

  if (lanes === undefined) {
    const check = batch(
      () => 0,
      ({ states }) => states,
    );
    return { check, unanswering };
  }
  const ask = batch(
    ({ buckets }) => lanes.laneOf(buckets[0]?.key ?? ''),
    ({ atMs, states }) => states.map((each): Decided => ({ states: each, atMs })),
  );
  return { check: (check) => checkInParts(check, (key) => lanes.laneOf(key), ask), unanswering };
}

/** What the calls of a store have in common. */
interface Store<Result> {
  now: LimiterOptions['now'];
  onCall: LimiterOptions['onCall'] | undefined;
  deadlines: Deadlines;
  /** Says that an answer is late. */
  late: string;
  read(decided: DecidedChecks): readonly Result[];
}

/** One call of the store. It ends once: with what was decided, with a failure, or at its deadline. */
class StoreCall<Result> extends Waiting implements Asker {
  readonly #store: Store<Result>;
  readonly #run: TickRun<Check, Result>;
  readonly #breaker: Breaker;
  readonly #begunMs: number;
  #hasEnded = false;

  constructor(store: Store<Result>, run: TickRun<Check, Result>, breaker: Breaker) {
    super();
    this.#store = store;
    this.#run = run;
    this.#breaker = breaker;
    this.#begunMs = store.now();
  }

  decided(decided: DecidedChecks): void {
    if (this.#hasEnded) return;
    this.#breaker.answered();
    this.#end();
    this.#run.succeed(this.#store.read(decided));
  }

  failed(error: unknown): void {
    if (this.#hasEnded) return;
    if (storeFailure(error) === 'late') this.#breaker.late(this.#run.items.length);
    else this.#breaker.answered();
    this.#end();
    this.#run.fail(error);
  }

  late(): void {
    this.failed(new StoreError('late', this.#store.late));
  }

  #end(): void {
    const { deadlines, now, onCall } = this.#store;
    this.#hasEnded = true;
    deadlines.end(this);
    onCall?.(this.#run.items.length, now() - this.#begunMs);
  }
}
