import type { Redis } from './client.ts';
import { type CommandWatch, ScriptCommand } from './script-command.ts';
import { isUnavailable } from './unavailable.ts';

/** Hears of the commands of a connection. */
export interface CommandObserver {
  answered(elapsedMs: number): void;
  /** unavailable: Redis is away, late, or refuses to work; reply: it refuses this command. */
  failed(kind: 'unavailable' | 'reply'): void;
}

/** Tells of each command of a connection how long its answer took, or how it failed. */
export function watchCommands(redis: Redis, observer: CommandObserver): void {
  const watch: CommandWatch = {
    answered: observer.answered,
    failed(error) {
      // Part of a script's first use: it is sent whole then.
      if (error.message.startsWith('NOSCRIPT')) return;
      observer.failed(isUnavailable(error) ? 'unavailable' : 'reply');
    },
  };
  // Everything that a connection sends goes through this one method.
  const send = redis.sendCommand.bind(redis) as (...sent: unknown[]) => unknown;
  redis.sendCommand = (...sent: unknown[]) => {
    const [command] = sent;
    if (command instanceof ScriptCommand) {
      command.watchedBy(watch);
      return send(...sent);
    }
    const begunMs = performance.now();
    const answer = send(...sent);
    if (answer instanceof Promise)
      answer.then(() => watch.answered(performance.now() - begunMs), watch.failed);
    return answer;
  };
}
