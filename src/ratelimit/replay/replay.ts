import type { RuleSet } from '../rules/rule.ts';
import { requestOf, type TrafficLine } from '../traffic/traffic-line.ts';
import { createSimulation } from './simulation.ts';
import { createTally, type RulesTally } from './tally.ts';

/** What recorded traffic would have got by two sets of rules. */
export interface ReplayResult {
  requests: number;
  /** Of the first and the last request, ISO 8601; absent where there was none. */
  from?: string;
  to?: string;
  /** Requests whose time was before that of one before them; they were taken to have come right after it. */
  outOfOrder: number;
  before: RulesTally;
  after: RulesTally;
  /** Requests that pass before, and are refused after. */
  newlyLimited: number;
  /** Requests that are refused before, and pass after. */
  newlyPassed: number;
}

export interface ReplayOptions {
  lines: AsyncIterable<TrafficLine>;
  before: RuleSet;
  after: RuleSet;
  topConsumers: number;
  /** For tests. */
  maxBuckets?: number;
  /** Called after each request. */
  onRequest?(requests: number): void;
}

/**
 * Replays recorded traffic against two sets of rules on the clock of the recording. The result follows from the lines
 * and the rules alone. Overrides are no part of it.
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const simulations = {
    before: createSimulation(options.before, options.maxBuckets),
    after: createSimulation(options.after, options.maxBuckets),
  };
  const tallies = { before: createTally(), after: createTally() };
  let requests = 0;
  let outOfOrder = 0;
  let newlyLimited = 0;
  let newlyPassed = 0;
  let firstMs: number | undefined;
  let nowMs = 0;
  for await (const line of options.lines) {
    requests += 1;
    firstMs ??= line.at;
    if (line.at < nowMs) outOfOrder += 1;
    nowMs = Math.max(nowMs, line.at);
    const request = requestOf(line);
    const lease = line.lease ?? `line-${requests}`;
    const before = simulations.before.answer(request, nowMs, lease);
    const after = simulations.after.answer(request, nowMs, lease);
    tallies.before.add(request, before);
    tallies.after.add(request, after);
    if (after.limited && !before.limited) newlyLimited += 1;
    if (before.limited && !after.limited) newlyPassed += 1;
    options.onRequest?.(requests);
  }
  return {
    requests,
    ...(firstMs !== undefined && {
      from: new Date(firstMs).toISOString(),
      to: new Date(nowMs).toISOString(),
    }),
    outOfOrder,
    before: tallies.before.result(options.topConsumers),
    after: tallies.after.result(options.topConsumers),
    newlyLimited,
    newlyPassed,
  };
}
