/** What can be wrong with rules: for rate limits, and, as of invalid_pattern, for the inspection of prompts. */
export type RuleProblemCode =
  | 'unreadable_file'
  | 'no_files'
  | 'invalid_yaml'
  | 'wrong_type'
  | 'unknown_key'
  | 'duplicate_key'
  | 'misplaced_key'
  | 'missing_key'
  | 'invalid_unit'
  | 'invalid_count'
  | 'invalid_duration'
  | 'invalid_time_zone'
  | 'unlimited_with_unit'
  | 'no_wildcard'
  | 'replaces_itself'
  | 'conflicting_keys'
  | 'duplicate_limit'
  | 'duplicate_domain'
  | 'duplicate_descriptor'
  | 'too_deep'
  | 'too_large'
  | 'invalid_pattern'
  | 'invalid_phrase'
  | 'invalid_name'
  | 'duplicate_rule'
  | 'unknown_rule'
  | 'failing_example'
  | 'too_many_rules';

export interface Place {
  /** A path, or the name of a resource that came over xDS. */
  file: string;
  /** From 1; 0 where it could not be read or has no lines. */
  line: number;
  column: number;
}

export interface RuleProblem extends Place {
  /** Such as `descriptors[0].rate_limit.unit`; empty for the file itself. */
  path: string;
  code: RuleProblemCode;
  /** What is wrong, what was expected, and the nearest valid word where one is meant. */
  reason: string;
}

/** Rules that cannot be used; lists everything that is wrong with them. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
  readonly problems: readonly RuleProblem[];

  constructor(problems: readonly RuleProblem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** One line: place, path and reason. */
export function describeProblem({ file, line, column, path, reason }: RuleProblem): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place}: ${path === '' ? '' : `${path}: `}${reason}`;
}
