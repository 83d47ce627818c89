import type { MetricDefinition } from './definition.ts';

/** Workers that run jobs. */
export const POOL_METRICS = {
  poolRunning: {
    name: 'gatehouse_pool_running',
    type: 'gauge',
    roles: ['worker'],
    help: 'Attempts that run, or wait for a place to run in',
    labels: [],
  },
  poolWaitingWorkers: {
    name: 'gatehouse_pool_waiting_workers',
    type: 'gauge',
    roles: ['worker'],
    help: 'Workers that wait for a job',
    labels: [],
  },
  poolJobs: {
    name: 'gatehouse_pool_jobs_total',
    type: 'counter',
    roles: ['worker'],
    help: 'Attempts by how they came by their worker: reused, plain (opened in advance), unopened (started in advance), cold',
    labels: ['origin'],
  },
  poolWarmStarts: {
    name: 'gatehouse_pool_warm_starts_total',
    type: 'counter',
    roles: ['worker'],
    help: 'Workers that were started in advance and became ready',
    labels: [],
  },
  poolRecycles: {
    name: 'gatehouse_pool_recycles_total',
    type: 'counter',
    roles: ['worker'],
    help: 'Workers that were taken away, by reason',
    labels: ['reason'],
  },
} as const satisfies Record<string, MetricDefinition>;
