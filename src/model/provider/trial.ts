import type { Availability } from './availability.ts';

/**
 * Keeps a crowd of jobs from being the trial of a provider that has failed: where the first of their requests fails,
 * all of them would have lost an attempt.
 * @param everyMs when another job is let through although nothing is known of the one before
 * @param now milliseconds since the epoch
 * @returns what a job that is to begin is told, of the availability and whether there is nobody but providers on trial
 */
export function createTrialGate(
  everyMs: number,
  now: () => number = Date.now,
): (availability: Availability, onTrial: boolean) => Availability {
  let nextMs = 0;
  return (availability, onTrial) => {
    if (availability.kind !== 'open' || !onTrial) {
      nextMs = 0;
      return availability;
    }
    if (now() < nextMs) return { kind: 'broken', untilMs: nextMs };
    nextMs = now() + everyMs;
    return availability;
  };
}
