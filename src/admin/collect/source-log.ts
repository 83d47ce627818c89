import type { SourceName, SourceState } from '../contract.ts';

/** What is known of a source: whether it answers, since when, and why not. */
export interface SourceLog {
  answered(): void;
  failed(error: unknown): void;
  state(): SourceState;
}

/** @param now milliseconds since the epoch */
export function createSourceLog(source: SourceName, now: () => number): SourceLog {
  let current: SourceState = { source, state: 'pending', since: iso(now()), reason: null, readAt: null };
  const become = (state: 'ok' | 'down', changes: Pick<SourceState, 'reason' | 'readAt'>) => {
    const since = current.state === state ? current.since : iso(now());
    current = { source, state, since, ...changes };
  };
  return {
    answered: () => become('ok', { reason: null, readAt: iso(now()) }),
    failed: (error) => become('down', { reason: (error as Error).message, readAt: current.readAt }),
    state: () => current,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
