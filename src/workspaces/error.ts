/** Why a job gets no workspace: a closed set, for logs. */
export type WorkspaceErrorCode =
  /** It is not configured, or not for the job's tenant. */
  | 'unknown'
  | 'no_branch'
  /** The mirror or the copy would be larger than it may be. */
  | 'too_large'
  /** The repository's host refused us, or could not be reached. */
  | 'fetch_failed'
  /** git, or what is needed beside it, does not work here. */
  | 'unusable'
  /** The attempt was given up meanwhile. */
  | 'stopped';

export interface WorkspaceErrorOptions extends ErrorOptions {
  /** Whether another attempt may do better. */
  retryable?: boolean;
  /** What git said, for operators, without secrets. */
  reason?: string;
}

/** A job cannot have the workspace that it asks for. */
export class WorkspaceError extends Error {
  readonly code: WorkspaceErrorCode;
  readonly retryable: boolean;
  readonly reason: string | undefined;

  /** @param message for the caller, with what to do; it has neither the repository's address nor what git said */
  constructor(code: WorkspaceErrorCode, message: string, options: WorkspaceErrorOptions = {}) {
    super(message, options);
    this.name = 'WorkspaceError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.reason = options.reason;
  }
}

export function stopped(): WorkspaceError {
  return new WorkspaceError('stopped', 'The job ended before its workspace was there.');
}

/** git printed what it does not print where it works as it should. @param what without anything of a repository */
export function unreadable(what: string): WorkspaceError {
  const message = 'What git says of the workspace cannot be read. Tell the operator.';
  return new WorkspaceError('unusable', message, { reason: `git printed ${what}` });
}
