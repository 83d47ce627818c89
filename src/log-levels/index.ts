export {
  type ListedLevel,
  type LogLevelAdministration,
  openLogLevelAdministration,
  withLogLevelAdministration,
} from './administration.ts';
export { followLogLevels } from './follow.ts';
export {
  DEFAULT_LEVEL_MS,
  LEVEL_TARGETS,
  type LevelTarget,
  levelTargetSchema,
  logLevelSchema,
  MAX_LEVEL_MS,
} from './level-entry.ts';
