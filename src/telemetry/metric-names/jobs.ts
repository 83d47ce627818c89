import type { MetricDefinition } from './definition.ts';

/** Jobs, from their submission to their end, and who listens to them. */
export const JOBS_METRICS = {
  jobsQueued: {
    name: 'gatehouse_jobs_queued',
    type: 'gauge',
    roles: ['api'],
    help: 'Jobs in the queue now, by place: waiting for a worker, delayed until they may be tried again, running; not shown while Redis is away',
    labels: ['place'],
    together: 'max',
  },
  jobsOldestWaitSeconds: {
    name: 'gatehouse_jobs_oldest_wait_seconds',
    type: 'gauge',
    roles: ['api'],
    help: 'How long the job has waited that waits longest for its first worker; 0 without one',
    labels: [],
    together: 'max',
  },
  jobsWorkerPlaces: {
    name: 'gatehouse_jobs_worker_places',
    type: 'gauge',
    roles: ['api'],
    help: 'Jobs that all living worker processes run at once',
    labels: [],
    together: 'max',
  },
  jobsAccepted: {
    name: 'gatehouse_jobs_accepted_total',
    type: 'counter',
    roles: ['api'],
    help: 'Jobs that were let into the queue, by tier',
    labels: ['tier'],
  },
  jobsRefused: {
    name: 'gatehouse_jobs_refused_total',
    type: 'counter',
    roles: ['api'],
    help: 'Submissions that the queue had no room for, by reason (queue_full, tenant_full, client_full)',
    labels: ['reason'],
  },
  jobsEnded: {
    name: 'gatehouse_jobs_ended_total',
    type: 'counter',
    roles: ['api', 'worker'],
    help: 'Jobs that ended, each counted once, by final state (completed, failed, canceled, expired) and reason, as in docs/job-failures.md (none where completed)',
    labels: ['state', 'reason'],
  },
  jobsWaitSeconds: {
    name: 'gatehouse_jobs_wait_seconds',
    type: 'histogram',
    roles: ['worker'],
    help: 'How long jobs waited for their first attempt',
    labels: [],
  },
  jobsAttemptSeconds: {
    name: 'gatehouse_jobs_attempt_seconds',
    type: 'histogram',
    roles: ['worker'],
    help: 'How long attempts took, by outcome (completed, failed, retry, interrupted)',
    labels: ['outcome'],
  },
  apiOpenStreams: {
    name: 'gatehouse_api_open_streams',
    type: 'gauge',
    roles: ['api'],
    help: 'Event streams that are open now',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;
