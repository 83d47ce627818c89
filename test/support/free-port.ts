import { boundPort, holdFreePort, release } from '../../src/serve/index.ts';

/** A port of the loopback that nobody listens on now, and that no other test is given. */
export async function freePort(): Promise<number> {
  const server = await holdFreePort('127.0.0.1');
  const port = boundPort(server);
  await release(server);
  return port;
}
