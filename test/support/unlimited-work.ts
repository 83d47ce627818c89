import { Work } from '../../src/inspect/work.ts';

/** As much work as anything takes. */
export function unlimitedWork(): Work {
  return new Work(Number.POSITIVE_INFINITY);
}
