import { AUTHZ_METRICS } from './metric-names/authz.ts';
import { INSPECTION_METRICS } from './metric-names/inspection.ts';
import { JOBS_METRICS } from './metric-names/jobs.ts';
import { MODEL_METRICS } from './metric-names/model.ts';
import { POOL_METRICS } from './metric-names/pool.ts';
import { PROCESSES_METRICS } from './metric-names/processes.ts';
import { RATELIMIT_METRICS } from './metric-names/ratelimit.ts';
import { REQUESTS_METRICS } from './metric-names/requests.ts';

export type { MetricDefinition, MetricRole } from './metric-names/definition.ts';

/**
 * Every metric of Gatehouse, in one place. A label has few values, all known beforehand or bounded by
 * label-bound.ts; clients, prompts, keys and tokens are never labels.
 */
export const METRICS = {
  ...REQUESTS_METRICS,
  ...AUTHZ_METRICS,
  ...INSPECTION_METRICS,
  ...RATELIMIT_METRICS,
  ...JOBS_METRICS,
  ...POOL_METRICS,
  ...MODEL_METRICS,
  ...PROCESSES_METRICS,
};
