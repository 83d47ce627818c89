import { randomUUID } from 'node:crypto';

/** Last parts of names: V8 keeps the text of each number that it writes for a while, so that all of them grow old. */
const LAST = Array.from({ length: 1000 }, (_, number) => String(number));

/** Names for requests without an id of their own: no two the same, in whatever process. */
export function createLeaseNames(): () => string {
  const process = randomUUID();
  let thousands = 0;
  let made = 0;
  let start = `${process}-0-`;
  return () => {
    if (made === LAST.length) {
      thousands += 1;
      made = 0;
      start = `${process}-${thousands}-`;
    }
    const name = start + LAST[made];
    made += 1;
    return name;
  };
}
