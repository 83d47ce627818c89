/** One thing that is wrong with the configuration, and where it was said. */
export interface ConfigIssue {
  /** `gatehouse.yaml:12:5`, `--set jobs.timeout` or `GATEHOUSE_JOBS__TIMEOUT`. */
  where: string;
  /** Dotted path of the value, such as `listen.envoyHttp`; empty for the file itself. */
  path: string;
  /** What was expected, and the nearest valid key where one is meant. */
  message: string;
}

/** The configuration cannot be used; lists everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    super(issues.map(sentence).join('\n'));
    this.issues = issues;
  }
}

function sentence({ where, path, message }: ConfigIssue): string {
  return path === '' || where.endsWith(path) ? `${where}: ${message}` : `${where}: ${path}: ${message}`;
}
