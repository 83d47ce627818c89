import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SERVE_ENVIRONMENT, SERVE_NODE_FLAGS } from '../../src/serve/index.ts';
import type { BenchTransport, Taken } from './server.ts';

/** A server that does nothing, in a process of its own, with as much memory at hand as Gatehouse's own have. */
export interface BenchServer {
  port: number;
  taken(): Promise<Taken>;
  close(): Promise<void>;
}

export async function startServer(transport: BenchTransport): Promise<BenchServer> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [transport], {
    env: { ...process.env, ...SERVE_ENVIRONMENT },
    execArgv: [...SERVE_NODE_FLAGS],
  });
  const [port] = (await once(child, 'message')) as [number];
  return {
    port,
    async taken() {
      child.send('how much?');
      const [taken] = (await once(child, 'message')) as [Taken];
      return taken;
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
