import { isUnavailable } from '../../redis/index.ts';

/**
 * Why a check could not be decided in the store:
 * - `late`: no answer within the deadline
 * - `breaker`: not asked, because the answers before were late
 * - `refused`: Redis answers that it cannot work now: full, read-only, loading, failing over
 * - `disconnected`: there is no connection
 */
export type StoreFailure = 'late' | 'breaker' | 'refused' | 'disconnected';

/** The store was not asked, or has not answered in time. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly failure: 'late' | 'breaker';

  constructor(failure: 'late' | 'breaker', message: string) {
    super(message);
    this.failure = failure;
  }
}

/** @returns undefined for what is no failure of the store but a bug */
export function storeFailure(error: unknown): StoreFailure | undefined {
  if (error instanceof StoreError) return error.failure;
  if (!isUnavailable(error)) return undefined;
  const { name, message } = error as Error;
  if (name === 'ReplyError') return 'refused';
  return message === 'Command timed out' ? 'late' : 'disconnected';
}
