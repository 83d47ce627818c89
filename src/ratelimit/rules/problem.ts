/** What can be wrong with a rule file. */
export type RuleProblemCode =
  | 'unreadable_file'
  | 'invalid_yaml'
  | 'wrong_type'
  | 'unknown_key'
  | 'missing_key'
  | 'invalid_unit'
  | 'invalid_count'
  | 'unlimited_with_unit'
  | 'duplicate_domain'
  | 'duplicate_descriptor'
  | 'too_deep'
  | 'no_wildcard'
  | 'replaces_itself';

export interface Place {
  file: string;
  /** From 1; 0 where the file could not be read. */
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

/** Rule files that cannot be used; lists everything that is wrong with them. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
  readonly problems: readonly RuleProblem[];

  constructor(problems: readonly RuleProblem[]) {
    super(problems.map(describe).join('\n'));
    this.problems = problems;
  }
}

function describe({ file, line, column, path, reason }: RuleProblem): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place}: ${path === '' ? '' : `${path}: `}${reason}`;
}
