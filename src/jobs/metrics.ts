import { createLabelBound, METRICS, type Metrics, type Timing } from '../telemetry/index.ts';
import type { JobState } from './job.ts';

/** Where a final state is told. */
export interface EndMetrics {
  /** @param reason why it was not completed */
  ended(state: JobState, reason: string | undefined): void;
}

/** What is counted of jobs where they come in. */
export interface SubmissionMetrics extends EndMetrics {
  accepted(tier: string): void;
  refused(reason: string): void;
}

/** What is counted of jobs where they run. */
export interface RunMetrics extends EndMetrics {
  /** A first attempt began. @param waitMs since the job was accepted */
  begun(waitMs: number, traceId?: string): void;
  /** @param outcome completed, failed, retry, or interrupted from outside, such as by a cancel */
  attempted(outcome: string, durationMs: number, traceId?: string): void;
}

export const NO_SUBMISSION_METRICS: SubmissionMetrics = { accepted() {}, refused() {}, ended() {} };
export const NO_RUN_METRICS: RunMetrics = { begun() {}, attempted() {}, ended() {} };

/** Operators name tiers in the configuration. */
const MAX_TIERS = 50;
/** From a job that a waiting worker takes at once to one that waits as long as it may. */
const WAIT_BOUNDS_S = [0.05, 0.25, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
const ATTEMPT_BOUNDS_S = [0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600];

export function createSubmissionMetrics(metrics: Metrics): SubmissionMetrics {
  const accepted = metrics.counter(METRICS.jobsAccepted);
  const refused = metrics.counter(METRICS.jobsRefused);
  const tierLabel = createLabelBound(MAX_TIERS);
  return {
    ...createEndMetrics(metrics),
    accepted: (tier) => accepted.inc({ tier: tierLabel(tier) }),
    refused: (reason) => refused.inc({ reason }),
  };
}

export function createRunMetrics(metrics: Metrics): RunMetrics {
  const wait = metrics.timing(METRICS.jobsWaitSeconds, WAIT_BOUNDS_S)({});
  const attempt = metrics.timing(METRICS.jobsAttemptSeconds, ATTEMPT_BOUNDS_S);
  const attempts = new Map<string, Timing>();
  return {
    ...createEndMetrics(metrics),
    begun: (waitMs, traceId) => wait.observe(waitMs / 1000, traceId),
    attempted(outcome, durationMs, traceId) {
      const timing = attempts.get(outcome) ?? attempt({ outcome });
      attempts.set(outcome, timing);
      timing.observe(durationMs / 1000, traceId);
    },
  };
}

function createEndMetrics(metrics: Metrics): EndMetrics {
  const ended = metrics.counter(METRICS.jobsEnded);
  return { ended: (state, reason = 'none') => ended.inc({ state, reason }) };
}
