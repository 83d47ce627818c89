import type { Reading } from './reading.ts';

/** Where it listens. envoyproxy/ratelimit listens on all addresses unless it is told otherwise. */
export function readListen(reading: Reading): void {
  address(reading, 'GRPC_HOST', 'GRPC_PORT', 8081, 'listen.ratelimit');
  address(reading, 'HOST', 'PORT', 8080, 'listen.ratelimitHttp');
  reading.set('GRPC_UDS', 'ratelimit.socket', reading.text('GRPC_UDS'));
  reading.set(
    'GRPC_MAX_CONNECTION_AGE',
    'ratelimit.connections.maxAge',
    reading.duration('GRPC_MAX_CONNECTION_AGE'),
  );
  reading.set(
    'GRPC_MAX_CONNECTION_AGE_GRACE',
    'ratelimit.connections.maxAgeGrace',
    reading.duration('GRPC_MAX_CONNECTION_AGE_GRACE'),
  );
  if (reading.flag('GRPC_SERVER_USE_TLS')) {
    reading.set('GRPC_SERVER_TLS_CERT', 'ratelimit.tls.certFile', reading.text('GRPC_SERVER_TLS_CERT'));
    reading.set('GRPC_SERVER_TLS_KEY', 'ratelimit.tls.keyFile', reading.text('GRPC_SERVER_TLS_KEY'));
    reading.set(
      'GRPC_CLIENT_TLS_CACERT',
      'ratelimit.tls.clientCaFile',
      reading.text('GRPC_CLIENT_TLS_CACERT'),
    );
    reading.set('GRPC_CLIENT_TLS_SAN', 'ratelimit.tls.clientName', reading.text('GRPC_CLIENT_TLS_SAN'));
    if (
      reading.text('GRPC_SERVER_TLS_CERT') === undefined ||
      reading.text('GRPC_SERVER_TLS_KEY') === undefined
    ) {
      reading.wrong('GRPC_SERVER_USE_TLS', 'expected GRPC_SERVER_TLS_CERT and GRPC_SERVER_TLS_KEY beside it');
    }
  }
  if (reading.flag('USE_PROMETHEUS')) {
    const [host = '', port = ''] = split(reading.text('PROMETHEUS_ADDR') ?? ':9090');
    reading.set('PROMETHEUS_ADDR', 'ratelimit.metrics.address', `${host || '0.0.0.0'}:${port}`);
    reading.set('PROMETHEUS_PATH', 'ratelimit.metrics.path', reading.text('PROMETHEUS_PATH'));
  }
}

function address(
  reading: Reading,
  hostName: string,
  portName: string,
  defaultPort: number,
  path: string,
): void {
  const host = reading.text(hostName);
  const port = reading.text(portName);
  const value = `${bracketed(host ?? '0.0.0.0')}:${port ?? defaultPort}`;
  if (host === undefined && port === undefined)
    reading.setDefault(`${hostName} and ${portName}`, path, value);
  else reading.set(port === undefined ? hostName : portName, path, value);
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** `:9090` or `127.0.0.1:9090` at its last colon. */
function split(address: string): [host: string, port: string] {
  const at = address.lastIndexOf(':');
  return [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
}
