/** What kind of failure it is, for deciding whether another attempt may do better. */
export type ProviderFailureKind =
  | 'overloaded'
  | 'rate_limited'
  | 'auth'
  | 'timeout'
  | 'unreachable'
  | 'rejected'
  | 'error'
  /** The proxy itself did not pass the request on. */
  | 'model_not_allowed'
  | 'budget_exceeded'
  | 'refused';

/** Why a request was not answered well. Holds no prompt and no key. */
export interface ProviderFailure {
  kind: ProviderFailureKind;
  /** HTTP status of its answer; absent when there was none, or the stream broke after a good start. */
  status?: number;
  /** Anthropic's error type, such as `overloaded_error`. */
  type: string;
  /** One sentence, at most 300 characters, without control characters. */
  message: string;
  /** Shortest wait that the provider asks for. */
  retryAfterMs?: number;
}

/** Anthropic's error types: https://docs.claude.com/en/api/errors */
const KIND_OF_TYPE = new Map<string | undefined, ProviderFailureKind>([
  ['authentication_error', 'auth'],
  ['permission_error', 'auth'],
  ['billing_error', 'auth'],
  ['rate_limit_error', 'rate_limited'],
  ['overloaded_error', 'overloaded'],
  ['timeout_error', 'timeout'],
  ['invalid_request_error', 'rejected'],
  ['not_found_error', 'rejected'],
  ['request_too_large', 'rejected'],
]);

/** What counts where a gateway between us and the provider answers with a body of its own. */
const KIND_OF_STATUS = new Map<number | undefined, ProviderFailureKind>([
  [401, 'auth'],
  [402, 'auth'],
  [403, 'auth'],
  [408, 'timeout'],
  [429, 'rate_limited'],
  [503, 'overloaded'],
  [504, 'timeout'],
  [529, 'overloaded'],
]);

/** Whether an answer speaks against the provider's health, as opposed to the request or the pace of requests. */
export function isFaulty(status: number): boolean {
  return status >= 500;
}

/** Kinds where another provider, or the same one later, may do better with the same request. */
const NOT_ABOUT_REQUEST: ReadonlySet<ProviderFailureKind> = new Set([
  'overloaded',
  'rate_limited',
  'auth',
  'timeout',
  'unreachable',
  'error',
]);

export function mayGoElsewhere(status: number): boolean {
  return status >= 400 && NOT_ABOUT_REQUEST.has(kindOf(status, undefined));
}

/**
 * A failure that the provider itself answered.
 * @param status absent when it came as an event of a stream that had begun well
 * @param redact takes the provider's key out of a text
 */
export function answeredFailure(
  status: number | undefined,
  error: { type: string; message: string } | undefined,
  retryAfterMs: number | undefined,
  redact: (text: string) => string,
): ProviderFailure {
  return {
    kind: kindOf(status, error?.type),
    ...(status === undefined ? {} : { status }),
    type: error === undefined ? 'api_error' : sanitize(error.type, redact),
    message:
      error === undefined
        ? `The model provider answered with status ${status}.`
        : sanitize(error.message, redact),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function kindOf(status: number | undefined, type: string | undefined): ProviderFailureKind {
  const known = KIND_OF_TYPE.get(type) ?? KIND_OF_STATUS.get(status);
  if (known !== undefined) return known;
  return status !== undefined && status < 500 ? 'rejected' : 'error';
}

const MAX_MESSAGE_CHARACTERS = 300;

/** Makes a text from outside fit for a log line and a job's error. */
function sanitize(text: string, redact: (text: string) => string): string {
  const plain = redact(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return plain.length <= MAX_MESSAGE_CHARACTERS ? plain : `${plain.slice(0, MAX_MESSAGE_CHARACTERS - 1)}…`;
}

/**
 * RFC 9110 section 10.2.3: seconds, or a date.
 * @param now milliseconds since 1970
 * @returns milliseconds to wait; undefined when the header is absent or means nothing
 */
export function parseRetryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  // Anthropic sends whole seconds; gateways are known to send fractions.
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Math.ceil(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
