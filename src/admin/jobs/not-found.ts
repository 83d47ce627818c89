import type { AdminAnswer } from '../route.ts';

export const JOB_NOT_FOUND: AdminAnswer = {
  problem: 'job_not_found',
  detail: 'There is no job of this id, or none any more: jobs.retention says how long they are kept.',
};
