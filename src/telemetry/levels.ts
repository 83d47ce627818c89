import type { Config, LogComponent, LogLevel } from '../config/index.ts';

/** Levels that stand in place of the configured ones; `all` is for the components that have none of their own. */
export type LevelOverrides = Readonly<Partial<Record<LogComponent | 'all', LogLevel>>>;

/** How much each component of this process logs, which may change while it runs. */
export interface LogLevels {
  of(component: LogComponent): LogLevel;
  allows(component: LogComponent, level: LogLevel): boolean;
  /** Puts levels over the configured ones, in place of those that were put before. */
  override(levels: LevelOverrides): void;
}

const SEVERITY: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** @param configured from telemetry.logs */
export function createLogLevels(configured: Config['telemetry']['logs']): LogLevels {
  let overrides: LevelOverrides = {};
  const of = (component: LogComponent): LogLevel =>
    overrides[component] ?? overrides.all ?? configured.components[component] ?? configured.level;
  return {
    of,
    allows: (component, level) => SEVERITY[level] >= SEVERITY[of(component)],
    override(levels) {
      overrides = levels;
    },
  };
}
