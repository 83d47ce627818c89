/**
 * Takes the place of `gatehouse serve ROLE` where `gatehouse up` itself is under test: answers health checks,
 * ends when its channel closes, and writes down when it was told to stop.
 * TEST_<ROLE> makes it misbehave: `fails` says that it cannot start, `crashes` ends before it is ready,
 * `silent` is never ready, `stubborn` ignores SIGTERM, `brief` ends at once after it was ready.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type HostPort, loadConfig } from '../../src/config/index.ts';
import { serveUnary } from '../../src/grpc/index.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { config: { type: 'string' }, 'data-dir': { type: 'string' } },
});
const role = positionals[1] ?? '';
const dataDir = values['data-dir'] ?? '';
const config = loadConfig({ file: values.config, dataDir, cwd: '/' });
const behaviour = process.env[`TEST_${role.toUpperCase()}`];

process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', async () => {
  const envoy = (await isOpen(config.listen.envoyHttp)) ? 'open' : 'closed';
  const redis = existsSync(new URL(config.redis.url ?? '').pathname) ? 'open' : 'closed';
  appendFileSync(join(dataDir, 'stops'), `${role} envoy=${envoy} redis=${redis}\n`);
  if (behaviour !== 'stubborn') process.exit(0);
});

if (behaviour === 'fails') {
  process.send?.({ type: 'failed', message: 'listen.authz is not for today.' });
  process.exitCode = 1;
  process.disconnect?.();
} else if (behaviour === 'crashes') {
  console.error('the reason is in the log');
  process.exit(3);
} else {
  await serve();
  if (behaviour !== 'silent')
    process.send?.({ type: 'ready', ...(role === 'worker' ? { model: 'stand-in', sandbox: 'none' } : {}) });
  if (behaviour === 'brief') process.exit(1);
}

async function serve(): Promise<void> {
  if (role === 'worker') return void setInterval(() => {}, 60_000);
  if (role === 'api' || role === 'admin') {
    createServer((_, response) => response.end()).listen(config.listen[role]);
    return;
  }
  const { host, port } = config.listen[role as 'authz' | 'ratelimit'];
  await serveUnary({ services: [], host, port, maxReceiveBytes: 1024, onError: () => {} });
}

function isOpen(address: HostPort): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.on('connect', () => socket.destroy(resolve(true) as undefined));
    socket.on('error', () => resolve(false));
  });
}
