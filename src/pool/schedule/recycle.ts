/** Why a worker takes no more jobs. */
export type RecycleReason =
  /** pool.reuse is never, or there is no sandbox whose inside could be checked. */
  | 'single_use'
  /** pool.recycle. */
  | 'jobs'
  | 'age'
  | 'memory'
  /** Its last run did not end well. */
  | 'failed'
  /** Its job left a process behind. */
  | 'processes_left'
  /** It could not be brought back to where it was before the job. */
  | 'not_emptied'
  | 'not_cleared'
  /** It waited for long, or others are needed more. */
  | 'surplus'
  /** It ended by itself while it waited, or could not be made ready. */
  | 'ended'
  | 'closing';

/** The CLI's init, and the CLI. */
const OWN_INNER_PIDS = 2;

/** What is known of a worker whose job has ended. */
export interface UsedWorker {
  /** Whether it may run another job at all. */
  reusable: boolean;
  /** Its job came to a good end. */
  ended: 'well' | 'badly';
  jobs: number;
  ageMs: number;
  /** What runs in its sandbox; undefined where nobody can tell. */
  processes: { innerPid: number; residentBytes: number }[] | undefined;
}

export interface RecycleLimits {
  jobs: number;
  ageMs: number;
  memoryBytes: number;
}

/** @returns undefined where it may wait for another job */
export function recycleReason(worker: UsedWorker, limits: RecycleLimits): RecycleReason | undefined {
  const { reusable, ended, jobs, ageMs, processes } = worker;
  if (!reusable || processes === undefined) return 'single_use';
  if (ended === 'badly') return 'failed';
  if (processes.some(({ innerPid }) => innerPid > OWN_INNER_PIDS)) return 'processes_left';
  if (jobs >= limits.jobs) return 'jobs';
  if (ageMs >= limits.ageMs) return 'age';
  const residentBytes = processes.reduce((sum, process) => sum + process.residentBytes, 0);
  return residentBytes > limits.memoryBytes ? 'memory' : undefined;
}
