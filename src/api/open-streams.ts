import type { StreamPlaces } from '../ratelimit/index.ts';
import { METRICS, type Metrics } from '../telemetry/index.ts';

/** Has shown how many streams are open, by the places that they hold. */
export function countOpenStreams(places: StreamPlaces, metrics: Pick<Metrics, 'gauge'>): StreamPlaces {
  let open = 0;
  const gauge = metrics.gauge(METRICS.apiOpenStreams, (): void => gauge.set(open));
  return {
    async take(owner) {
      const place = await places.take(owner);
      if (place.kind !== 'open') return place;
      open += 1;
      let isOpen = true;
      return {
        kind: 'open',
        release() {
          if (isOpen) open -= 1;
          isOpen = false;
          place.release();
        },
      };
    },
  };
}
