import { createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../test/support/free-port.ts';
import { until } from '../../test/support/until.ts';
import { connected } from './connected.ts';
import { openRedis } from './connection.ts';
import { giveUpSilent } from './silence.ts';

const SILENCE_MS = 200;

/** A Redis that greets, answers PING, and never answers GET. */
async function startSilentRedis() {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      for (const command of bytes.toString().split('*').slice(1)) {
        if (/\bget\b/i.test(command)) continue;
        socket.write(/\binfo\b/i.test(command) ? '$9\r\nloading:0\r\n' : '+OK\r\n');
      }
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const redis = openRedis({ url: `redis://127.0.0.1:${port}` }, 'test-silence', 100);
  onTestFinished(() => redis.disconnect());
  const errors: string[] = [];
  redis.on('error', ({ message }: Error) => errors.push(message));
  giveUpSilent(redis, SILENCE_MS);
  await connected(redis, 10_000);
  return { redis, sockets, errors };
}

test('a connection that owes an answer for too long is given up, and a new one is made', async () => {
  const { redis, sockets, errors } = await startSilentRedis();
  const askedMs = performance.now();
  await expect(redis.get('a')).rejects.toThrow('Command timed out');
  await until(() => sockets.length === 2, 'another connection is made');
  expect(performance.now() - askedMs).toBeGreaterThanOrEqual(SILENCE_MS);
  expect(errors).toEqual(['Redis owes an answer for 200 ms']);
  await until(() => redis.status === 'ready', 'the new one is used');
  expect(await redis.ping()).toBe('OK');
});

test('one that goes on answering is kept, and so is one that is not asked', async () => {
  const { redis, sockets, errors } = await startSilentRedis();
  const answeredMs = performance.now();
  await until(async () => {
    await redis.ping();
    return performance.now() - answeredMs > 3 * SILENCE_MS;
  }, 'it has been asked for a while');
  const restedMs = performance.now();
  await until(() => performance.now() - restedMs > 3 * SILENCE_MS, 'it has rested for a while');
  expect(await redis.ping()).toBe('OK');
  expect([sockets.length, errors]).toEqual([1, []]);
});
