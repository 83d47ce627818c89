import { totalmem } from 'node:os';
import type { Check, Finding } from '../finding.ts';

const MIB = 2 ** 20;
/** Of one that has run many jobs, measured with Claude Code 2.1.330: 210 MiB at first, 380 after 400 jobs. */
const WORKER_BYTES = 380 * MIB;
/** Envoy, Redis and the roles, with little to do. */
const REST_BYTES = 700 * MIB;

export const memoryCheck: Check = {
  part: 'Memory',
  failure: 'wrong',
  async run({ config: { pool } }) {
    const limit = process.constrainedMemory();
    const bytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
    return judgeMemory(bytes, pool.workers);
  },
};

export function judgeMemory(bytes: number, workers: number): Omit<Finding, 'part'> {
  const has = `${Math.floor(bytes / MIB)} MiB for ${workers} workers`;
  if (bytes >= REST_BYTES + workers * WORKER_BYTES) return { state: 'ok', detail: has };
  const most = Math.max(1, Math.floor((bytes - REST_BYTES) / WORKER_BYTES));
  return {
    state: 'limited',
    detail: `${has}, of which each may come to take ${WORKER_BYTES / MIB}: set pool.workers to ${most}, or give it more memory.`,
  };
}
