import { METRICS } from './metric-names.ts';
import type { Metrics } from './metrics.ts';

/** Times and counts the commands of connections to Redis. @param connection its name in CLIENT LIST */
export type CommandMetrics = (connection: string) => {
  answered(elapsedMs: number): void;
  failed(kind: string): void;
};

/** From a socket on this machine to the longest that a command may take. */
const CALL_BOUNDS_S = [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

export function createCommandMetrics(metrics: Metrics): CommandMetrics {
  const timing = metrics.timing(METRICS.redisCallSeconds, CALL_BOUNDS_S);
  const errors = metrics.counter(METRICS.redisErrors);
  return (connection) => {
    const answered = timing({ connection });
    return {
      answered: (elapsedMs) => answered.observe(elapsedMs / 1000),
      failed: (kind) => errors.inc({ connection, kind }),
    };
  };
}
