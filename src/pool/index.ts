export { examineDelegation } from './cgroup/delegation.ts';
export { controllersFor } from './cgroup/open-cgroups.ts';
export { PoolError, type PoolErrorCode } from './errors.ts';
export { createPool, type Pool } from './pool.ts';
export { openSandbox } from './sandbox/open-sandbox.ts';
export type { Sandbox } from './sandbox/sandbox.ts';
export type { PoolStats } from './stats.ts';
export { startWorker, type WorkerRole } from './worker.ts';
