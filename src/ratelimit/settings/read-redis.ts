import { parseHostPort } from '../../config/index.ts';
import type { Reading } from './reading.ts';

/** Where Redis is and how it lets us in. */
export function readRedis(reading: Reading): void {
  const backend = reading.text('BACKEND_TYPE');
  if (backend !== undefined && backend !== 'redis') {
    reading.wrong('BACKEND_TYPE', 'expected redis: Gatehouse counts in nothing else');
  }
  const address = reading.text('REDIS_URL');
  if (address === undefined) return;
  readPlace(reading, address);
  // The variables are named and not copied: a configuration that is shown or written down holds no password.
  const loginIn = (name: string) => (reading.text(name) === undefined ? undefined : name);
  reading.set('REDIS_AUTH', 'redis.loginVariable', loginIn('REDIS_AUTH'));
  readTls(reading);
}

function readPlace(reading: Reading, address: string): void {
  const type = (reading.text('REDIS_TYPE') ?? 'single').toLowerCase();
  const parts = address.split(',').map((part) => part.trim());
  switch (type) {
    case 'single':
      reading.set('REDIS_URL', 'redis.url', urlOf(reading, address));
      return;
    case 'sentinel': {
      const [master, ...nodes] = parts;
      reading.set('REDIS_URL', 'redis.sentinel.master', master);
      reading.set('REDIS_URL', 'redis.sentinel.nodes', nodesOf(reading, nodes));
      if (reading.text('REDIS_SENTINEL_AUTH') !== undefined) {
        reading.set('REDIS_SENTINEL_AUTH', 'redis.sentinel.loginVariable', 'REDIS_SENTINEL_AUTH');
      }
      return;
    }
    case 'cluster':
      reading.set('REDIS_URL', 'redis.cluster.nodes', nodesOf(reading, parts));
      return;
    default:
      reading.wrong('REDIS_TYPE', 'expected single, sentinel or cluster');
  }
}

function urlOf(reading: Reading, address: string): string | undefined {
  if (/^(redis|rediss|unix):\/\//.test(address)) return address;
  const socketType = reading.text('REDIS_SOCKET_TYPE') ?? 'unix';
  if (socketType.startsWith('unix')) return `unix://${encodeURI(address)}`;
  if (parseHostPort(address) !== undefined) return `redis://${address}`;
  wrongAddress(reading);
  return undefined;
}

function nodesOf(reading: Reading, nodes: readonly string[]): string[] | undefined {
  const addresses = nodes.map((node) => node.replace(/^rediss?:\/\//, ''));
  if (addresses.length > 0 && addresses.every((node) => parseHostPort(node) !== undefined)) return addresses;
  wrongAddress(reading);
  return undefined;
}

/** It may hold a password, so it is not shown. */
function wrongAddress(reading: Reading): void {
  const message =
    'expected host:port; for REDIS_TYPE=sentinel master,host:port,...; for REDIS_TYPE=cluster host:port,...';
  reading.issues.push({ where: 'REDIS_URL', path: '', message });
}

function readTls(reading: Reading): void {
  if (!reading.flag('REDIS_TLS') && reading.text('REDIS_SOCKET_TYPE') !== 'tls') return;
  reading.set('REDIS_TLS', 'redis.tls.enabled', true);
  reading.set('REDIS_TLS_CACERT', 'redis.tls.caFile', reading.text('REDIS_TLS_CACERT'));
  reading.set('REDIS_TLS_CLIENT_CERT', 'redis.tls.certFile', reading.text('REDIS_TLS_CLIENT_CERT'));
  reading.set('REDIS_TLS_CLIENT_KEY', 'redis.tls.keyFile', reading.text('REDIS_TLS_CLIENT_KEY'));
}
