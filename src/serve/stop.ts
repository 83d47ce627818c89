import type { ParentChannel } from './parent-channel.ts';

/** When the process that started us is gone there is nobody left whose work could be finished. */
export const ORPHAN_GRACE_MS = 1_000;

export type StopReason = 'SIGTERM' | 'SIGINT' | 'orphaned';

/** A second signal has its usual effect: the process ends at once. */
export function untilStopped(parent: ParentChannel | undefined): Promise<StopReason> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    parent?.onClosed(() => resolve('orphaned'));
  });
}
