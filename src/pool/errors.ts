/** What can keep the pool from working at all: a closed set. */
export type PoolErrorCode =
  | 'sandbox_unavailable'
  | 'cgroups_unavailable'
  | 'runtime_folder_unsafe'
  | 'runtime_folder_unavailable'
  | 'folder_not_removed'
  /** Two files of a request that cannot both be. */
  | 'file_path_invalid';

/** The pool cannot go on; the message says what to do. What happens to one job is an AttemptOutcome instead. */
export class PoolError extends Error {
  readonly code: PoolErrorCode;

  constructor(code: PoolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PoolError';
    this.code = code;
  }
}
