import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { BenchTransport, Taken } from './server.ts';

/** A server that does nothing, in a process of its own. */
export interface BenchServer {
  port: number;
  taken(): Promise<Taken>;
  close(): Promise<void>;
}

export async function startServer(transport: BenchTransport): Promise<BenchServer> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [transport]);
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
