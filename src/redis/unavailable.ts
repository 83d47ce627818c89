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

/** Before Redis 7 a script's error reads `ERR Error running script (call to f_…): @user_script:34: @user_script: 34: -OOM …`. */
const SCRIPT_PREFIX = /^ERR Error running script \(call to \w+\): (?:@?user_script: ?\d+: )+-?/;

const BUGS = new Set(['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError']);

/**
 * Whether a command failed because Redis is away or refuses to work, so that it may work later. What Redis answers
 * to a wrong command, and what the language throws, is a bug.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error) || BUGS.has(error.name)) return false;
  // ioredis: what is not Redis's own answer is about the connection.
  if (error.name !== 'ReplyError') return true;
  const prefix = prefixOf(error);
  if (UNAVAILABLE_REPLIES.has(prefix)) return true;
  // Of a transaction, ioredis keeps what its commands were answered.
  const { previousErrors } = error as { previousErrors?: unknown };
  return prefix === 'EXECABORT' && Array.isArray(previousErrors) && previousErrors.some(isUnavailable);
}

/** Whether Redis answers that it is a replica, which takes no writes. */
export function isReadOnly(error: Error): boolean {
  return prefixOf(error) === 'READONLY';
}

function prefixOf({ message }: Error): string {
  return message.replace(SCRIPT_PREFIX, '').split(' ', 1)[0] ?? '';
}
