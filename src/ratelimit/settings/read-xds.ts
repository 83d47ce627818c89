import { parseGoMap } from './go-values.ts';
import type { Reading } from './reading.ts';

/** The management server that rules come from. */
export function readXds(reading: Reading): void {
  const set = (name: string, path: string, value: unknown) =>
    reading.set(name, `ratelimit.xds.${path}`, value);
  set('CONFIG_GRPC_XDS_SERVER_URL', 'server', reading.text('CONFIG_GRPC_XDS_SERVER_URL'));
  set('CONFIG_GRPC_XDS_NODE_ID', 'nodeId', reading.text('CONFIG_GRPC_XDS_NODE_ID'));
  set('CONFIG_GRPC_XDS_NODE_METADATA', 'nodeMetadata', map(reading, 'CONFIG_GRPC_XDS_NODE_METADATA', '='));
  const headers = map(reading, 'CONFIG_GRPC_XDS_CLIENT_ADDITIONAL_HEADERS', ':');
  set('CONFIG_GRPC_XDS_CLIENT_ADDITIONAL_HEADERS', 'headers', headers && inLowerCase(headers));
  set(
    'XDS_CLIENT_BACKOFF_INITIAL_INTERVAL',
    'retryFrom',
    reading.duration('XDS_CLIENT_BACKOFF_INITIAL_INTERVAL'),
  );
  set('XDS_CLIENT_BACKOFF_MAX_INTERVAL', 'retryUpTo', reading.duration('XDS_CLIENT_BACKOFF_MAX_INTERVAL'));
  // Envoy Gateway's deployment has the second name.
  for (const name of ['XDS_CLIENT_MAX_MSG_SIZE_IN_BYTES', 'CONFIG_GRPC_XDS_CLIENT_MAX_MSG_SIZE_IN_BYTES']) {
    const bytes = reading.number(name);
    set(name, 'maxMessage', bytes && `${bytes}B`);
  }
  if (!reading.flag('CONFIG_GRPC_XDS_SERVER_USE_TLS')) return;
  set('CONFIG_GRPC_XDS_SERVER_USE_TLS', 'tls.enabled', true);
  set('CONFIG_GRPC_XDS_SERVER_TLS_CACERT', 'tls.caFile', reading.text('CONFIG_GRPC_XDS_SERVER_TLS_CACERT'));
  set('CONFIG_GRPC_XDS_CLIENT_TLS_CERT', 'tls.certFile', reading.text('CONFIG_GRPC_XDS_CLIENT_TLS_CERT'));
  set('CONFIG_GRPC_XDS_CLIENT_TLS_KEY', 'tls.keyFile', reading.text('CONFIG_GRPC_XDS_CLIENT_TLS_KEY'));
  set('CONFIG_GRPC_XDS_SERVER_TLS_SAN', 'tls.serverName', reading.text('CONFIG_GRPC_XDS_SERVER_TLS_SAN'));
}

function map(reading: Reading, name: string, separator: string): Record<string, string> | undefined {
  const text = reading.text(name);
  if (text === undefined) return undefined;
  const parsed = parseGoMap(text, separator);
  if (parsed === undefined) reading.wrong(name, `expected k1${separator}v1,k2${separator}v2`);
  return parsed;
}

function inLowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
}
