import type { History, Overview, SeriesName } from '../../contract.ts';

export interface Followed {
  /** Seconds since the epoch. */
  times: readonly number[];
  values(name: SeriesName): readonly (number | null)[];
}

/** A history with later overviews, one for each step at most. */
export function joined(history: History, since: readonly Overview[]): Followed {
  const steps = Math.max(0, ...Object.values(history.series).map((values) => values.length));
  const fromMs = Date.parse(history.from);
  const times = Array.from({ length: steps }, (_, index) => (fromMs + index * history.stepMs) / 1_000);
  const later: Overview[] = [];
  let lastMs = (times.at(-1) ?? 0) * 1_000;
  for (const overview of since) {
    const atMs = Date.parse(overview.at);
    // Half a step, since overviews do not come to the millisecond.
    if (atMs - lastMs < history.stepMs / 2) continue;
    later.push(overview);
    lastMs = atMs;
  }
  return {
    times: [...times, ...later.map(({ at }) => Date.parse(at) / 1_000)],
    values: (name) => [
      ...(history.series[name] ?? Array.from({ length: steps }, () => null)),
      ...later.map(({ figures }) => figures[name]),
    ],
  };
}
