import { stopped } from './error.ts';

/** A number of places; who finds none free waits in line. */
export interface Places {
  /** Resolves with undefined where the signal is aborted first. */
  acquire(signal: AbortSignal): Promise<{ release(): void } | undefined>;
}

/**
 * Does work in a place of its own.
 * @throws WorkspaceError stopped; what work throws
 */
export async function inPlace<T>(places: Places, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const place = await places.acquire(signal);
  if (place === undefined) throw stopped();
  try {
    return await work();
  } finally {
    place.release();
  }
}
