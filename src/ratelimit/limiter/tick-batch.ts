/** Collects the items of one event-loop tick and runs them together when the tick's I/O has been read. */
export interface TickBatchOptions<Item, Result> {
  /** @returns one result for each item, in order */
  run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Items in one run at most; more of them make several runs. */
  maxItems: number;
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
  run,
  maxItems,
  schedule = setImmediate,
}: TickBatchOptions<Item, Result>): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];

  const runTogether = async (together: readonly Waiting<Item, Result>[]) => {
    try {
      const results = await run(together.map(({ item }) => item));
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
    waiting = [];
    for (let from = 0; from < collected.length; from += maxItems) {
      void runTogether(collected.slice(from, from + maxItems));
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (waiting.length === 1) schedule(flush);
    });
}
