import type { LevelOverrides } from '../telemetry/index.ts';
import { LEVEL_TARGETS, type LevelEntry } from './level-entry.ts';

export interface LevelsInForce {
  levels: LevelOverrides;
  /** Milliseconds until one of them ends; undefined where none is set. */
  nextEndMs: number | undefined;
}

/**
 * Which of the levels that were set hold now; one for a component that there is not is left out.
 * @param now milliseconds since the epoch
 */
export function levelsInForce(entries: ReadonlyMap<string, LevelEntry>, now: number): LevelsInForce {
  const open = LEVEL_TARGETS.flatMap((target) => {
    const entry = entries.get(target);
    const leftMs = entry === undefined ? 0 : Date.parse(entry.expiresAt) - now;
    return entry === undefined || leftMs <= 0 ? [] : [{ target, level: entry.level, leftMs }];
  });
  return {
    levels: Object.fromEntries(open.map(({ target, level }) => [target, level])),
    nextEndMs: open.length === 0 ? undefined : Math.min(...open.map(({ leftMs }) => leftMs)),
  };
}
