import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { holdFreePort } from '../../src/up/index.ts';

/** A port of the loopback that nobody listens on now, and that no other test is given. */
export async function freePort(): Promise<number> {
  const server = await holdFreePort('127.0.0.1');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
