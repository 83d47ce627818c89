import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Config, loadConfig } from '../config/index.ts';
import { settlePorts } from './ports.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

async function takenPort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Every port free to choose, except those given. */
function listen(given: Partial<Record<keyof Config['listen'], string>> = {}): Config['listen'] {
  const set = ['envoyHttp', 'envoyTls', 'envoyAdmin', 'authz', 'ratelimit', 'api'].map(
    (name) => `listen.${name}=${given[name as keyof Config['listen']] ?? '127.0.0.1:0'}`,
  );
  return loadConfig({ set, dataDir: '/nowhere', cwd: '/' }).listen;
}

test('port 0 becomes a free port, and no two get the same', async () => {
  const settled = await settlePorts(listen(), false);
  const ports = Object.values(settled).map(({ port }) => port);
  expect(ports.every((port) => port > 0)).toBe(true);
  expect(new Set(ports).size).toBe(ports.length);
});

test('a given port that is free is kept', async () => {
  const port = await takenPort();
  servers.splice(0).map((server) => server.close());
  const settled = await settlePorts(listen({ api: `127.0.0.1:${port}` }), false);
  expect(settled.api).toEqual({ host: '127.0.0.1', port });
});

test('every port that is in use is named, with its setting and what to do', async () => {
  const [http, api] = [await takenPort(), await takenPort()];
  const settling = settlePorts(listen({ envoyHttp: `127.0.0.1:${http}`, api: `127.0.0.1:${api}` }), false);
  await expect(settling).rejects.toMatchObject({
    name: 'StartError',
    code: 'ports_unavailable',
    message: [
      `port ${http} (listen.envoyHttp) is in use by another program: stop that program, or choose another port with --set listen.envoyHttp=127.0.0.1:0 (any free one) or --free-ports.`,
      `port ${api} (listen.api) is in use by another program: stop that program, or choose another port with --set listen.api=127.0.0.1:0 (any free one) or --free-ports.`,
    ].join('\n'),
  });
});

test('--free-ports replaces ports that are in use', async () => {
  const port = await takenPort();
  const settled = await settlePorts(listen({ envoyHttp: `127.0.0.1:${port}` }), true);
  expect(settled.envoyHttp.port).not.toBe(port);
});

test.each(['127.0.0.1', '0.0.0.0'])(
  'two settings with the same port on 127.0.0.1 and %s are named together',
  async (host) => {
    const port = await takenPort();
    servers.splice(0).map((server) => server.close());
    await expect(
      settlePorts(listen({ authz: `127.0.0.1:${port}`, api: `${host}:${port}` }), false),
    ).rejects.toThrow(`listen.authz and listen.api both ask for port ${port}: give one of them another.`);
  },
);

test('an address that this machine does not have is named', async () => {
  await expect(settlePorts(listen({ api: '192.0.2.1:9000' }), false)).rejects.toThrow(
    'listen.api cannot listen on 192.0.2.1:9000 (EADDRNOTAVAIL)',
  );
});
