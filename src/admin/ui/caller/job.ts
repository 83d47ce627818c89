import type { JobUsage } from '../../contract.ts';

/** What this page reads of a job, as `GET /claude/status/{jobId}` has it. */
export interface CallerJob {
  jobId: string;
  state: 'queued' | 'running' | 'completed' | 'failed' | 'canceled' | 'expired';
  attempts: number;
  position?: number | undefined;
  error?: { code: string; message: string } | undefined;
  model?: string | undefined;
  usage?: JobUsage | undefined;
  costUsd?: number | undefined;
  traceId?: string | undefined;
  timings: { createdAt: string; finishedAt?: string | undefined; queuedMs: number; runMs: number };
}

/** `GET /claude/jobs` */
export interface CallerJobs {
  jobs: CallerJob[];
  nextCursor?: string;
}

export function hasEnded({ state }: CallerJob): boolean {
  return state !== 'queued' && state !== 'running';
}
