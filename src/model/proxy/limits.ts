/** Bounds of one worker's model requests. */
export interface ProxyLimits {
  /** Longest time that one request may take, from its first byte to the answer's last. */
  requestTimeoutMs: number;
  /** Longest silence of the provider: before a streamed answer begins, and between its bytes. */
  idleTimeoutMs: number;
  maxRequestBytes: number;
  maxConcurrent: number;
}

/** The provider itself refuses requests over 32 MB: https://docs.claude.com/en/api/errors */
const MAX_REQUEST_BYTES = 32 * 2 ** 20;
/** The CLI asks for one answer at a time; subagents run beside it. */
const MAX_CONCURRENT = 16;

export const DEFAULT_PROXY_LIMITS = { maxRequestBytes: MAX_REQUEST_BYTES, maxConcurrent: MAX_CONCURRENT };
