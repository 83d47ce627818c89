import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import { SPAN } from './span.fixture.ts';
import { createThreadSender } from './thread-sender.ts';

test('a collector that takes the connection and never answers loses the batch, and the connection', async () => {
  const collector = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const set = [`telemetry.traces.endpoint=http://127.0.0.1:${port}/api/traces`];
  const { traces } = loadConfig({ dataDir: '/nowhere', cwd: '/', set }).telemetry;
  const sender = createThreadSender({ traces: { ...traces, exporter: 'jaeger' }, resource: {} }, 5_000);
  const connected = once(collector, 'connection') as Promise<[Socket]>;
  const sending = sender.send([SPAN]);
  const failed = expect(sending).rejects.toThrow('did not answer within 5000 ms');
  const [socket] = await connected;
  await Promise.all([failed, once(socket, 'close')]);
  await sender.close();
  collector.close();
}, 20_000);
