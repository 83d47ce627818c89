import { parseDurationMs } from '../../config/index.ts';
import type { Located, RuleSource } from '../../rule-files/index.ts';
import { UNIT_SECONDS, type Unit } from '../unit.ts';

/** Answers tell windows in units, of which a uint32 can be told; a year is the longest unit. */
const MAX_SECONDS = UNIT_SECONDS.year;

/** A duration such as `5m`, `24h` or `7d`, in seconds. */
export function readWholeSeconds(source: RuleSource, at: Located): number | undefined {
  const text = source.text(at);
  if (text === undefined) return undefined;
  const seconds = (parseDurationMs(text) ?? 0) / 1000;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS) return seconds;
  const expected = 'expected whole seconds up to a year, such as 30s, 5m, 24h or 7d';
  source.report(at, 'invalid_duration', `${expected}, got "${text}"`);
  return undefined;
}

/** The largest unit that the seconds are a multiple of. */
export function asUnits(seconds: number): { unit: Unit; unitMultiplier: number } {
  const units = Object.entries(UNIT_SECONDS) as [Unit, number][];
  const [unit, length] = units.findLast(([, each]) => seconds % each === 0) ?? ['second', 1];
  return { unit, unitMultiplier: seconds / length };
}
