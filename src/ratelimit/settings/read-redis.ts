import type { Reading } from './reading.ts';

/** Where Redis is. */
export function readRedis(reading: Reading): void {
  const backend = reading.text('BACKEND_TYPE');
  if (backend !== undefined && backend !== 'redis') {
    reading.wrong('BACKEND_TYPE', 'expected redis: Gatehouse counts in nothing else');
  }
  const address = reading.text('REDIS_URL');
  if (address === undefined) return;
  const url = urlOf(reading, address);
  // It may hold a password, so it is not shown.
  if (url === undefined)
    reading.issues.push({ where: 'REDIS_URL', path: '', message: 'expected host:port or a URL' });
  reading.set('REDIS_URL', 'redis.url', url);
}

function urlOf(reading: Reading, address: string): string | undefined {
  const isUrl = /^(redis|rediss|unix):\/\//.test(address);
  const socketType = reading.text('REDIS_SOCKET_TYPE') ?? 'unix';
  if (!isUrl && socketType.startsWith('unix')) return `unix://${encodeURI(address)}`;
  const url = URL.parse(isUrl ? address : `redis://${address}`);
  if (url === null) return undefined;
  if (reading.flag('REDIS_TLS') || socketType === 'tls') url.protocol = 'rediss:';
  const auth = reading.text('REDIS_AUTH');
  if (auth !== undefined) {
    const at = auth.indexOf(':');
    url.username = at < 0 ? '' : encodeURIComponent(auth.slice(0, at));
    url.password = encodeURIComponent(auth.slice(at + 1));
  }
  return url.href;
}
