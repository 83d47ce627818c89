import type { PoolStats } from '../../src/pool/index.ts';

/** What a measured server is told on its channel, once it is in its cgroup. */
export type Order =
  | { type: 'start'; modelUrl: string; set: string[] }
  | { type: 'stats' }
  | AloneOrder
  | { type: 'stop' };

/** Has a worker that is ready run a prompt, without api, queue and pool. */
export interface AloneOrder {
  type: 'alone';
  prompt: string;
}

/** What it answers. */
export type Report =
  | { type: 'listening'; port: number; key?: string }
  | { type: 'stats'; stats: PoolStats }
  /** When the prompt was written, in milliseconds since the epoch. */
  | { type: 'wrote'; atMs: number }
  | { type: 'stopped' };

/** Serves orders one after the other until `stop`; then the process ends by itself. */
export function serveOrders(answer: (order: Order) => Promise<Report>): void {
  process.on('message', async (order: Order) => {
    process.send?.(await answer(order));
    if (order.type === 'stop') process.disconnect?.();
  });
}
