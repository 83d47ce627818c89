import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { onDeparture } from './departure.ts';

test('a caller that has left already is told of at once, and one that leaves when it does', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const caller = connect(port, '127.0.0.1').on('error', () => {});
  caller.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [, raw] = (await once(server, 'request')) as [unknown, ServerResponse];
  const told: string[] = [];
  onDeparture({ raw }, () => told.push('leaves'));
  expect(told).toEqual([]);
  caller.destroy();
  await once(raw, 'close');
  onDeparture({ raw }, () => told.push('has left'));
  expect(told).toEqual(['leaves', 'has left']);
  server.close();
});
