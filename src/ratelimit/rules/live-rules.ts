import { describeProblem, type RuleProblem } from '../../rule-files/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import type { LoadedRules } from './load.ts';
import { placedLimits } from './named-limits.ts';
import type { RuleSet } from './rule.ts';

export type RulesSource = 'files' | 'xds';

/** What became of a set of rules that was read. */
export type LoadResult = 'loaded' | 'refused';

export interface RefusedRules {
  /** Milliseconds since the Unix epoch. */
  atMs: number;
  /** When the first of the sets that were refused in a row came: since then what is in force is not the newest. */
  sinceMs: number;
  /** Of a set that came over xDS. */
  version?: string | undefined;
  problems: readonly RuleProblem[];
}

/** For operators: which rules are in force, and whether newer ones were refused. */
export interface RulesStatus {
  source: RulesSource;
  /** Undefined until the first set was taken. */
  loadedAtMs: number | undefined;
  /** Of a set that came over xDS. */
  version: string | undefined;
  domains: readonly string[];
  /** How many limits all domains have together. */
  limits: number;
  /** File paths, or the names of resources. */
  files: readonly string[];
  /** Of what is in force; undefined until then. */
  digest: string | undefined;
  warnings: readonly RuleProblem[];
  /** The last set that was read, where it could not be used; undefined once a later one was. */
  refused: RefusedRules | undefined;
  loads: Readonly<Record<LoadResult, number>>;
}

/** The rules in force. They change as a whole: a set that cannot be used changes nothing. */
export interface LiveRules {
  /** Undefined until the first set was taken. */
  current(): RuleSet | undefined;
  status(): RulesStatus;
  /** Puts a set into force. @param version of a set that came over xDS */
  take(loaded: LoadedRules, version?: string): void;
  /** Keeps the set in force, and says why the new one is not taken. @param version as for take */
  refuse(problems: readonly RuleProblem[], version?: string): void;
}

export interface LiveRulesOptions {
  source: RulesSource;
  logger: Logger;
  /** Called after each set that was read. */
  onLoad(result: LoadResult): void;
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** A log line tells so many problems; the rest is counted. */
const MAX_TOLD = 5;

export function createLiveRules({ source, logger, onLoad, now }: LiveRulesOptions): LiveRules {
  let inForce: { loaded: LoadedRules; limits: number; atMs: number; version: string | undefined } | undefined;
  let refused: RefusedRules | undefined;
  const loads = { loaded: 0, refused: 0 };
  return {
    current: () => inForce?.loaded.rules,
    status: () => ({
      source,
      loadedAtMs: inForce?.atMs,
      version: inForce?.version,
      limits: inForce?.limits ?? 0,
      domains: [...(inForce?.loaded.rules.keys() ?? [])],
      files: inForce?.loaded.files ?? [],
      digest: inForce?.loaded.digest,
      warnings: inForce?.loaded.warnings ?? [],
      refused,
      loads: { ...loads },
    }),
    take(loaded, version) {
      inForce = { loaded, limits: countLimits(loaded.rules), atMs: now(), version };
      refused = undefined;
      loads.loaded += 1;
      onLoad('loaded');
      logger.info({ code: 'rules_loaded', count: loaded.rules.size }, 'the rate limit rules are in force');
      if (loaded.warnings.length > 0) {
        logger.warn(
          { code: 'rules_doubtful', ...told(loaded.warnings) },
          'the rate limit rules are hardly meant so',
        );
      }
    },
    refuse(problems, version) {
      const atMs = now();
      refused = { atMs, sinceMs: refused?.sinceMs ?? atMs, version, problems };
      loads.refused += 1;
      onLoad('refused');
      const kept = inForce === undefined ? 'there are none' : 'those in force stay';
      logger.error(
        { code: 'rules_refused', ...told(problems) },
        `the rate limit rules cannot be used; ${kept}`,
      );
    },
  };
}

function countLimits(rules: RuleSet): number {
  return [...rules.values()].reduce((sum, { tree }) => sum + [...placedLimits(tree)].length, 0);
}

function told(problems: readonly RuleProblem[]): { count: number; reason: string } {
  return { count: problems.length, reason: problems.slice(0, MAX_TOLD).map(describeProblem).join('; ') };
}
