import type { Config } from '../config/index.ts';
import { followLogLevels } from '../log-levels/index.ts';
import { createLogger, createLogLevels, type Logger } from '../telemetry/index.ts';
import type { RoleName } from './roles.ts';

export interface ProcessLog {
  logger: Logger;
  /** Follows what operators set no longer; lines are still written. */
  close(): void;
}

/** The log of a process that serves these roles, at the levels of the configuration and of what operators set since. */
export function openLog(roles: readonly RoleName[], config: Config): ProcessLog {
  const levels = createLogLevels(config.telemetry.logs);
  const logger = createLogger({ component: 'serve', role: roles.join('+'), levels });
  // A process that needs no Redis may have none.
  const following = followLogLevels(config, { levels, logger }).catch(() => () => {});
  return {
    logger,
    close: () => void following.then((stop) => stop()),
  };
}
