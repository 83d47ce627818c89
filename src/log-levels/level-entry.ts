import { z } from 'zod';
import { LOG_COMPONENTS, LOG_LEVELS, type LogComponent } from '../config/index.ts';

/** What a level is for: one component, or all that have none of their own. */
export const LEVEL_TARGETS = ['all', ...(Object.keys(LOG_COMPONENTS) as LogComponent[])] as const;
export type LevelTarget = (typeof LEVEL_TARGETS)[number];

export const levelTargetSchema = z.enum(LEVEL_TARGETS);
export const logLevelSchema = z.enum(LOG_LEVELS);

/** A level that an operator has set for a while. */
export const levelEntrySchema = z.strictObject({
  level: logLevelSchema,
  setAt: z.iso.datetime(),
  setBy: z.string(),
  expiresAt: z.iso.datetime(),
});
export type LevelEntry = z.infer<typeof levelEntrySchema>;

/** How long a level holds that says nothing else: one is easily forgotten. */
export const DEFAULT_LEVEL_MS = 3_600_000;
/** What is to hold for longer belongs into the configuration. */
export const MAX_LEVEL_MS = 7 * 24 * 3_600_000;
