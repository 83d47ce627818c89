/** Collects the items of one event-loop tick and runs them together when the tick's I/O has been read. */
export interface TickBatchOptions<Item, Result> {
  /** Items of one lane are run together, those of different lanes apart. Each lane is remembered. */
  laneOf: (item: Item) => number;
  /** To have one result for each item, in order, or to fail. */
  start: (run: TickRun<Item, Result>) => void;
  /** What an item adds to a run, at least 1. */
  sizeOf: (item: Item) => number;
  /** Size of one run at most; more items make several runs, and an item that is larger a run of its own. */
  maxSize: number;
  /** For tests; setImmediate, which comes after all I/O callbacks of the tick. */
  schedule?: (flush: () => void) => void;
}

/** Items of a lane that are run together. */
export class TickRun<Item, Result> {
  readonly lane: number;
  readonly items: Item[];
  readonly #waiting: Waiting<Result>[];
  #size: number;

  constructor(lane: number, item: Item, size: number, waiting: Waiting<Result>) {
    this.lane = lane;
    // A list of one takes a ninth of the memory of an empty one that was added to.
    this.items = [item];
    this.#waiting = [waiting];
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  add(item: Item, size: number, waiting: Waiting<Result>): void {
    this.items.push(item);
    this.#waiting.push(waiting);
    this.#size += size;
  }

  succeed(results: readonly Result[]): void {
    const { length } = this.#waiting;
    if (results.length !== length) {
      this.fail(new RangeError(`expected ${length} results, got ${results.length}`));
      return;
    }
    for (let index = 0; index < length; index += 1) this.#waiting[index]?.resolve(results[index] as Result);
  }

  /** All of its items fail. */
  fail(error: unknown): void {
    for (const { reject } of this.#waiting) reject(error);
  }
}

interface Waiting<Result> {
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** @returns a function that gives an item's own result; where a run fails, all of its items fail */
export function createTickBatch<Item, Result>({
  laneOf,
  start,
  sizeOf,
  maxSize,
  schedule = setImmediate,
}: TickBatchOptions<Item, Result>): (item: Item) => Promise<Result> {
  /** Of this tick. */
  let runs: TickRun<Item, Result>[] | undefined;
  /** The last run of each lane, as long as it takes more. */
  const open = new Map<number, TickRun<Item, Result> | undefined>();

  const flush = () => {
    const collected = runs ?? [];
    runs = undefined;
    for (const { lane } of collected) open.set(lane, undefined);
    for (const run of collected) start(run);
  };

  const begin = (run: TickRun<Item, Result>) => {
    open.set(run.lane, run);
    if (runs !== undefined) {
      runs.push(run);
      return;
    }
    runs = [run];
    schedule(flush);
  };

  return (item) =>
    new Promise((resolve, reject) => {
      const lane = laneOf(item);
      const size = sizeOf(item);
      const last = open.get(lane);
      const waiting = { resolve, reject };
      if (last === undefined || last.size + size > maxSize) begin(new TickRun(lane, item, size, waiting));
      else last.add(item, size, waiting);
    });
}
