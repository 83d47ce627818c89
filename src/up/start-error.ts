export type StartErrorCode =
  | 'already_running'
  | 'child_failed'
  | 'data_dir_unusable'
  | 'leftovers_running'
  | 'ports_unavailable'
  | 'redis_unusable'
  | 'secret_unusable'
  | 'tools_missing';

/** `gatehouse up` cannot start. The message is for people: what is wrong and what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
