/** Why a call of this room did not work out. */
export type JobsErrorCode =
  /** Redis is away, or refuses to work: later it may do. */
  | 'store_unavailable'
  /** The attempt that reports is no longer the current one, so nothing was written. */
  | 'attempt_superseded';

export class JobsError extends Error {
  readonly code: JobsErrorCode;

  constructor(code: JobsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JobsError';
    this.code = code;
  }
}

/**
 * Redis's own words for "not now": it loads, fails over, is full, is stuck in a script, or does not let us in.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors has the form of an error's prefix.
 */
const UNAVAILABLE_REPLIES = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOAUTH',
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'TRYAGAIN',
  'WRONGPASS',
]);

const BUGS = new Set(['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError']);

/**
 * Runs Redis commands and gives an absent or refusing Redis one name.
 * @throws JobsError store_unavailable; what Redis answers to a wrong command is a bug and passes as it is
 */
export async function usingStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JobsError || !isUnavailable(error)) throw error;
    throw new JobsError('store_unavailable', 'Redis does not answer', { cause: error });
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (BUGS.has(error.name)) return false;
  // ioredis: what is not Redis's own answer is about the connection.
  if (error.name !== 'ReplyError') return true;
  return UNAVAILABLE_REPLIES.has(error.message.split(' ', 1)[0] ?? '');
}
