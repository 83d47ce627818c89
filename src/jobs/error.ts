import { isUnavailable } from '../redis/index.ts';

/** Why a call of this room did not work out. */
export type JobsErrorCode =
  /** Redis is away, or refuses to work: later it may do. */
  | 'store_unavailable'
  /** The attempt that reports is no longer the current one, so nothing was written. */
  | 'attempt_superseded'
  /** A name that no file may have. */
  | 'artifact_path_invalid'
  /** The file is longer than one may be. */
  | 'artifact_too_large'
  /** The job has as many files or bytes as it may, or all jobs have. */
  | 'artifacts_full'
  /** What a conversation goes on from is longer than it may be. */
  | 'session_too_large'
  /** What a conversation goes on from is gone or cannot be read. */
  | 'session_unavailable';

export class JobsError extends Error {
  readonly code: JobsErrorCode;

  constructor(code: JobsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JobsError';
    this.code = code;
  }
}

/**
 * Runs Redis commands and gives an absent or refusing Redis one name.
 * @throws JobsError store_unavailable; what Redis answers to a wrong command is a bug and passes as it is
 */
export async function usingStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JobsError || !(error instanceof Error && isUnavailable(error))) throw error;
    throw new JobsError('store_unavailable', `Redis cannot be used: ${error.message}`, { cause: error });
  }
}
