import { randomUUID } from 'node:crypto';
import type { LimitAnswer, LimitsClient } from './limits-client.ts';

export interface StreamOwner {
  tenant: string;
  client: string;
  tier: string;
}

/** A stream's place among those that its client may have open. */
export type StreamPlace = { kind: 'open'; release(): void } | Extract<LimitAnswer, { kind: 'limited' }>;

/** Takes places for open streams. */
export interface StreamPlaces {
  /**
   * Takes a place and keeps it until it is released. A process that dies keeps none: a place that is not kept is
   * free again after the limit's lease.
   * @throws RatelimitError where it cannot be decided now
   */
  take(owner: StreamOwner): Promise<StreamPlace>;
}

/** A quarter of the lease in the rules that ship: a place survives three failures in a row. */
const KEEP_EVERY_MS = 15_000;

/** @param keepEveryMs for tests */
export function createStreamPlaces(
  limits: Pick<LimitsClient, 'ask'>,
  keepEveryMs = KEEP_EVERY_MS,
): StreamPlaces {
  return {
    async take({ tenant, client, tier }) {
      const entries = Object.entries({ streams: 'open', tier, tenant, client }).map(([key, value]) => ({
        key,
        value,
      }));
      // Not the request id, which is the caller's to choose: two streams would share a place.
      const lease = randomUUID();
      const answer = await limits.ask(entries, 1, lease);
      if (answer.kind === 'limited') return answer;
      // A stream that is open stays open, also where its place cannot be kept while Redis is away.
      const keeping = setInterval(() => void limits.ask(entries, 1, lease).catch(() => {}), keepEveryMs);
      let released = false;
      return {
        kind: 'open',
        release() {
          if (released) return;
          released = true;
          clearInterval(keeping);
          // Else it runs out by itself.
          limits.ask(entries, -1, lease).catch(() => {});
        },
      };
    },
  };
}
