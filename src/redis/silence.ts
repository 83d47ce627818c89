import type { Redis as Single } from 'ioredis';
import type { Redis } from './client.ts';

/** How often is looked, within the longest silence. */
const LOOKS = 5;

/**
 * Gives up a connection that owes an answer for so long, so that a new one is made. Without it one whose other end is gone
 * without a word (a host that lost power, a fail-over behind one address) would be used until the kernel gives up, a quarter
 * of an hour. The library's own socketTimeout makes a timer and listens anew for each command that comes alone.
 * @param silenceMs at least so long, and a fifth longer at most
 */
export function giveUpSilent(redis: Redis, silenceMs: number): void {
  if (redis.isCluster) redis.on('+node', (node: Single) => watch(node, silenceMs));
  else watch(redis as Single, silenceMs);
}

function watch(redis: Single, silenceMs: number): void {
  let timer: NodeJS.Timeout | undefined;
  redis.on('connect', () => {
    const { stream } = redis;
    let silentLooks = 0;
    // It also has Node hand on what it reads at once. The library listens by prependListener, after which each answer waits
    // for a turn of its own, which costs 700 bytes.
    stream.on('data', () => {
      silentLooks = 0;
    });
    clearInterval(timer);
    timer = setInterval(() => {
      silentLooks = redis.commandQueue.length > 0 ? silentLooks + 1 : 0;
      // What it owed at the first of these looks came before it, so that it is silent for longer than all that followed.
      if (silentLooks > LOOKS) stream.destroy(new Error(`Redis owes an answer for ${silenceMs} ms`));
    }, silenceMs / LOOKS).unref();
  });
  redis.on('close', () => clearInterval(timer));
}
