import type { Redis } from './client.ts';
import { isUnavailable } from './unavailable.ts';

/** Hears of the commands of a connection. */
export interface CommandObserver {
  answered(elapsedMs: number): void;
  /** unavailable: Redis is away, late, or refuses to work; reply: it refuses this command. */
  failed(kind: 'unavailable' | 'reply'): void;
}

/** Tells of each command of a connection how long its answer took, or how it failed. */
export function watchCommands(redis: Redis, observer: CommandObserver): void {
  const failed = (error: unknown) => {
    // Part of a script's first use: it is sent whole then.
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return;
    observer.failed(isUnavailable(error) ? 'unavailable' : 'reply');
  };
  // Everything that a connection sends goes through this one method.
  const send = redis.sendCommand.bind(redis) as (...sent: unknown[]) => unknown;
  redis.sendCommand = (...sent: unknown[]) => {
    const begunMs = performance.now();
    const answer = send(...sent);
    if (answer instanceof Promise) answer.then(() => observer.answered(performance.now() - begunMs), failed);
    return answer;
  };
}
