/** Collects the items of one event-loop tick and runs them together when the tick's I/O has been read. */
export interface TickBatchOptions<Item, Result> {
  /** Items of one lane are run together, those of different lanes apart. */
  laneOf: (item: Item) => number;
  /** @returns one result for each item, in order */
  run: (items: readonly Item[], lane: number) => Promise<readonly Result[]>;
  /** What an item adds to a run, at least 1. */
  sizeOf: (item: Item) => number;
  /** Size of one run at most; more items make several runs, and an item that is larger a run of its own. */
  maxSize: number;
  /** For tests; setImmediate, which comes after all I/O callbacks of the tick. */
  schedule?: (flush: () => void) => void;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** @returns a function that gives an item's own result; where a run fails, all of its items fail */
export function createTickBatch<Item, Result>({
  laneOf,
  run,
  sizeOf,
  maxSize,
  schedule = setImmediate,
}: TickBatchOptions<Item, Result>): (item: Item) => Promise<Result> {
  let waiting = new Map<number, Waiting<Item, Result>[]>();

  const runTogether = async (together: readonly Waiting<Item, Result>[], lane: number) => {
    try {
      const results = await run(
        together.map(({ item }) => item),
        lane,
      );
      if (results.length !== together.length) {
        throw new RangeError(`expected ${together.length} results, got ${results.length}`);
      }
      for (const [index, result] of results.entries()) together[index]?.resolve(result);
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  };

  const flush = () => {
    const collected = waiting;
    waiting = new Map();
    for (const [lane, items] of collected) {
      let from = 0;
      let size = 0;
      for (const [index, { item }] of items.entries()) {
        const added = sizeOf(item);
        if (index > from && size + added > maxSize) {
          void runTogether(items.slice(from, index), lane);
          [from, size] = [index, 0];
        }
        size += added;
      }
      void runTogether(items.slice(from), lane);
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) schedule(flush);
      const lane = laneOf(item);
      const items = waiting.get(lane);
      if (items === undefined) waiting.set(lane, [{ item, resolve, reject }]);
      else items.push({ item, resolve, reject });
    });
}
