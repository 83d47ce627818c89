/** Bounds of one worker's model requests. */
export interface ProxyLimits {
  /** Longest time that one request may take, from its first byte to the answer's last. */
  requestTimeoutMs: number;
  /** Longest silence of the provider between the bytes of an answer. */
  idleTimeoutMs: number;
  maxConcurrent: number;
}

/** The CLI asks for one answer at a time; subagents run beside it. */
const MAX_CONCURRENT = 16;

export const DEFAULT_PROXY_LIMITS = { maxConcurrent: MAX_CONCURRENT };
