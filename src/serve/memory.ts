import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * For every process that serves (bin/gatehouse has them too).
 * - What lives for one request has 4 MB. By itself V8 takes up to 48 MB; and begins with 1 MB, which is full after some 80
 *   requests with a new token, so that to collect it was what one request in a hundred waits for: of one rate limit request
 *   at a time p99 was 0.8 to 1.1 times envoyproxy/ratelimit's, and is 0.6 to 0.7. It takes no more memory.
 * - After 8 quiet seconds V8 would collect everything, and drop the code that it optimised for what is gone, which is most of
 *   it: p99 of the first 500 new tokens after such a pause was 1.1 ms, and is 0.6.
 * - V8 optimises a function that was called 3,000 times. What runs once for many requests that come together then is not
 *   optimised before a service is otherwise warm, and a thread that compiles takes the core from the one that answers: of
 *   one rate limit request at a time p99 was 1.1 times envoyproxy/ratelimit's, and is 0.9; of 16 new tokens 2 to 5 times
 *   a Go authorizer's, and is 1.2 to 1.4. It takes 2 MB more.
 *
 * A single thread for compiling makes p99 a fifth lower and takes 8 to 20 MB more, for what then waits to be compiled, and to collect
 * without threads takes up to 25 MB more of an authorizer that inspects; both are left, since a service is to fit in 150 MB.
 */
export const SERVE_NODE_FLAGS = [
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
  '--no-memory-reducer',
  '--invocation-count-for-turbofan=1000',
] as const;

/**
 * For every process that serves, where the environment does not say otherwise (bin/gatehouse has it too). glibc gives each
 * thread that allocates a heap of its own, which it hardly gives back (mallopt(3)): with one for all a rate limit service
 * takes 137 MB instead of 150, and no more time, since all that is busy is one thread's.
 */
export const SERVE_ENVIRONMENT = { MALLOC_ARENA_MAX: '1' } as const;

/**
 * The heap grows by so much of what is in use before it is collected; V8 by itself lets it grow to four times as much. With
 * a fifth instead of a half a rate limit service takes 10 MB less, and a quarter of its time goes into collecting.
 */
const GROWTH_PERCENT = 50;

/**
 * Gives back what starting took and nobody needs any more, about 45 MB, and keeps the heap near what is in use from then
 * on. Takes 0.1 s: to be called before anybody waits for an answer.
 */
export function trimMemory(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setFlagsFromString('--no-expose-gc');
}
