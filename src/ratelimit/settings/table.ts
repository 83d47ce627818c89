/** One environment setting of envoyproxy/ratelimit, and what becomes of it here. */
export interface Setting {
  name: string;
  /** What envoyproxy/ratelimit takes where it is not set. */
  default: string;
  /**
   * - `honoured`: it sets a value of the configuration
   * - `replaced`: what it is for is had in another way
   * - `not_applicable`: there is nothing here that it could mean
   */
  fate: 'honoured' | 'replaced' | 'not_applicable';
  /** For `honoured` the value of the configuration, else what there is in its place, or why there is nothing. */
  by: string;
  /** What is different where it is honoured. */
  note?: string;
}

function honoured(name: string, fallback: string, by: string, note?: string): Setting {
  return { name, default: fallback, fate: 'honoured', by, ...(note !== undefined && { note }) };
}

function replaced(name: string, fallback: string, by: string): Setting {
  return { name, default: fallback, fate: 'replaced', by };
}

function notApplicable(name: string, fallback: string, by: string): Setting {
  return { name, default: fallback, fate: 'not_applicable', by };
}

const METRICS = 'Prometheus reads `/metrics` of `listen.ratelimitHttp`';
const ONE_CONNECTION = 'one connection carries all checks of an event-loop tick in one script call';
const ONE_REDIS =
  'limits per second are counted in the same Redis; `ratelimit.redis` gives all limits one of their own';
const NO_MEMCACHE = 'Gatehouse counts in Redis alone: memcached has no step that checks and counts at once';
const TRACES = 'traces are of the whole installation, not of this service alone';
const RECONNECT = 'it starts without Redis, and goes on trying every 0.5 s at most';

/** Every setting in its src/settings/settings.go (commit f2fb157, July 2026), in its order. */
export const SETTINGS: readonly Setting[] = [
  honoured('HOST', '0.0.0.0', 'listen.ratelimitHttp'),
  honoured('PORT', '8080', 'listen.ratelimitHttp'),
  replaced('DEBUG_HOST', '0.0.0.0', 'the admin API (`listen.admin`), which asks for a token'),
  replaced('DEBUG_PORT', '6070', 'the admin API (`listen.admin`), which asks for a token'),
  honoured('GRPC_UDS', '', 'ratelimit.socket'),
  honoured('GRPC_HOST', '0.0.0.0', 'listen.ratelimit'),
  honoured('GRPC_PORT', '8081', 'listen.ratelimit'),
  honoured('GRPC_MAX_CONNECTION_AGE', '24h', 'ratelimit.connections.maxAge'),
  honoured('GRPC_MAX_CONNECTION_AGE_GRACE', '1h', 'ratelimit.connections.maxAgeGrace'),
  honoured('GRPC_SERVER_USE_TLS', 'false', 'ratelimit.tls', 'needs the two files as well'),
  honoured('GRPC_SERVER_TLS_CERT', '', 'ratelimit.tls.certFile'),
  honoured('GRPC_SERVER_TLS_KEY', '', 'ratelimit.tls.keyFile'),
  honoured('GRPC_CLIENT_TLS_CACERT', '', 'ratelimit.tls.clientCaFile'),
  honoured('GRPC_CLIENT_TLS_SAN', '', 'ratelimit.tls.clientName'),
  honoured(
    'LOG_LEVEL',
    'WARN',
    'telemetry.logs.level',
    '`info` where it is not set; panic and fatal are `error`, trace is `debug`',
  ),
  notApplicable('LOG_FORMAT', 'text', 'every line is JSON'),
  honoured('CONFIG_TYPE', 'FILE', 'ratelimit.source'),
  honoured('FORCE_START_WITHOUT_INITIAL_CONFIG', 'false', 'ratelimit.startWithoutRules'),
  honoured('CONFIG_GRPC_XDS_NODE_ID', 'default', 'ratelimit.xds.nodeId'),
  honoured('CONFIG_GRPC_XDS_NODE_METADATA', '', 'ratelimit.xds.nodeMetadata'),
  honoured('CONFIG_GRPC_XDS_SERVER_URL', 'localhost:18000', 'ratelimit.xds.server'),
  replaced(
    'CONFIG_GRPC_XDS_SERVER_CONNECT_RETRY_INTERVAL',
    '3s',
    '`ratelimit.xds.retryFrom`, for calls and connections alike',
  ),
  honoured('CONFIG_GRPC_XDS_CLIENT_ADDITIONAL_HEADERS', '', 'ratelimit.xds.headers'),
  honoured('CONFIG_GRPC_XDS_SERVER_USE_TLS', 'false', 'ratelimit.xds.tls.enabled'),
  honoured('CONFIG_GRPC_XDS_CLIENT_TLS_CERT', '', 'ratelimit.xds.tls.certFile'),
  honoured('CONFIG_GRPC_XDS_CLIENT_TLS_KEY', '', 'ratelimit.xds.tls.keyFile'),
  honoured('CONFIG_GRPC_XDS_SERVER_TLS_CACERT', '', 'ratelimit.xds.tls.caFile'),
  honoured('CONFIG_GRPC_XDS_SERVER_TLS_SAN', '', 'ratelimit.xds.tls.serverName'),
  honoured(
    'XDS_CLIENT_BACKOFF_INITIAL_INTERVAL',
    '10s',
    'ratelimit.xds.retryFrom',
    '1 s where it is not set',
  ),
  honoured('XDS_CLIENT_BACKOFF_MAX_INTERVAL', '60s', 'ratelimit.xds.retryUpTo'),
  replaced('XDS_CLIENT_BACKOFF_RANDOM_FACTOR', '0.5', 'each wait is twice the one before'),
  replaced('XDS_CLIENT_BACKOFF_JITTER', 'true', 'there is always jitter'),
  honoured(
    'XDS_CLIENT_MAX_MSG_SIZE_IN_BYTES',
    '',
    'ratelimit.xds.maxMessage',
    'also by the name CONFIG_GRPC_XDS_CLIENT_MAX_MSG_SIZE_IN_BYTES',
  ),
  replaced('USE_DOG_STATSD', 'false', METRICS),
  replaced('USE_DOG_STATSD_MOGRIFIERS', '', METRICS),
  replaced('USE_STATSD', 'true', METRICS),
  replaced('STATSD_HOST', 'localhost', METRICS),
  replaced('STATSD_PORT', '8125', METRICS),
  replaced('EXTRA_TAGS', '', 'labels that Prometheus adds where it reads them'),
  replaced('STATS_FLUSH_INTERVAL', '10s', METRICS),
  notApplicable('DISABLE_STATS', 'false', 'metrics cost nothing until they are read'),
  honoured(
    'USE_PROMETHEUS',
    'false',
    'ratelimit.metrics.address',
    'metrics have names of their own (docs/ratelimit.md)',
  ),
  honoured('PROMETHEUS_ADDR', ':9090', 'ratelimit.metrics.address', 'where USE_PROMETHEUS is true'),
  honoured('PROMETHEUS_PATH', '/metrics', 'ratelimit.metrics.path', 'where USE_PROMETHEUS is true'),
  notApplicable('PROMETHEUS_MAPPER_YAML', '', 'there are labels, so nothing needs to be mapped to them'),
  notApplicable('PROMETHEUS_RESPONSE_TIME_AS_MILLISECONDS', 'false', 'times are in seconds'),
  honoured(
    'RUNTIME_ROOT',
    '/srv/runtime_data/current',
    'ratelimit.files',
    'the folder RUNTIME_ROOT/RUNTIME_SUBDIRECTORY/RUNTIME_APPDIRECTORY',
  ),
  honoured('RUNTIME_SUBDIRECTORY', '', 'ratelimit.files'),
  honoured('RUNTIME_APPDIRECTORY', 'config', 'ratelimit.files'),
  notApplicable('RUNTIME_IGNOREDOTFILES', 'false', 'names that begin with a dot are always passed over'),
  notApplicable('RUNTIME_WATCH_ROOT', 'true', 'swaps of links and changes of files are both seen'),
  honoured('EXPIRATION_JITTER_MAX_SECONDS', '300', 'ratelimit.expirationJitter', 'none where it is not set'),
  honoured('LOCAL_CACHE_SIZE_IN_BYTES', '0', 'ratelimit.localCache'),
  honoured('NEAR_LIMIT_RATIO', '0.8', 'ratelimit.nearLimitRatio'),
  honoured('CACHE_KEY_PREFIX', '', 'redis.keyPrefix', '`gatehouse` where it is not set; a colon follows it'),
  honoured('BACKEND_TYPE', 'redis', 'redis.url', 'anything but `redis` is an error'),
  honoured(
    'STOP_CACHE_KEY_INCREMENT_WHEN_OVERLIMIT',
    'false',
    'ratelimit.denied',
    '`free`: a refused request is charged to none of its limits, also not to the one that refuses',
  ),
  honoured('LIMIT_RESPONSE_HEADERS_ENABLED', 'false', 'ratelimit.responseHeaders.enabled'),
  honoured('LIMIT_LIMIT_HEADER', 'RateLimit-Limit', 'ratelimit.responseHeaders.limit'),
  honoured('LIMIT_REMAINING_HEADER', 'RateLimit-Remaining', 'ratelimit.responseHeaders.remaining'),
  honoured('LIMIT_RESET_HEADER', 'RateLimit-Reset', 'ratelimit.responseHeaders.reset'),
  honoured('HEALTHY_WITH_AT_LEAST_ONE_CONFIG_LOADED', 'false', 'ratelimit.health.requireRules'),
  honoured('REDIS_SOCKET_TYPE', 'unix', 'redis.url', '`tcp`, `unix` or `tls`'),
  honoured('REDIS_TYPE', 'SINGLE', 'redis', '`single`, `sentinel` or `cluster`, in any case'),
  honoured('REDIS_URL', '/var/run/nutcracker/ratelimit.sock', 'redis.url', 'there is no default'),
  notApplicable('REDIS_POOL_SIZE', '10', ONE_CONNECTION),
  honoured(
    'REDIS_AUTH',
    '',
    'redis.loginVariable',
    '`password`, or `user:password`; the variable is named, not copied',
  ),
  honoured('REDIS_TLS', 'false', 'redis.tls.enabled'),
  honoured('REDIS_TLS_CLIENT_CERT', '', 'redis.tls.certFile', 'where REDIS_TLS is true'),
  honoured('REDIS_TLS_CLIENT_KEY', '', 'redis.tls.keyFile', 'where REDIS_TLS is true'),
  honoured('REDIS_TLS_CACERT', '', 'redis.tls.caFile', 'where REDIS_TLS is true'),
  replaced(
    'REDIS_TLS_SKIP_HOSTNAME_VERIFICATION',
    'false',
    '`redis.tls.serverName`, the name that the certificate has',
  ),
  notApplicable('REDIS_PIPELINE_WINDOW', '0', ONE_CONNECTION),
  notApplicable('REDIS_PIPELINE_LIMIT', '0', ONE_CONNECTION),
  notApplicable(
    'REDIS_CLUSTER_PIPELINE_PARALLELISM',
    '1',
    'the nodes of a cluster are always asked at the same time',
  ),
  replaced('REDIS_PERSECOND', 'false', ONE_REDIS),
  replaced('REDIS_PERSECOND_SOCKET_TYPE', 'unix', ONE_REDIS),
  replaced('REDIS_PERSECOND_TYPE', 'SINGLE', ONE_REDIS),
  replaced('REDIS_PERSECOND_URL', '/var/run/nutcracker/ratelimitpersecond.sock', ONE_REDIS),
  notApplicable('REDIS_PERSECOND_POOL_SIZE', '10', ONE_CONNECTION),
  replaced('REDIS_PERSECOND_AUTH', '', ONE_REDIS),
  replaced('REDIS_PERSECOND_TLS', 'false', ONE_REDIS),
  honoured('REDIS_SENTINEL_AUTH', '', 'redis.sentinel.loginVariable', '`password`, or `user:password`'),
  replaced('REDIS_PERSECOND_SENTINEL_AUTH', '', ONE_REDIS),
  notApplicable('REDIS_PERSECOND_PIPELINE_WINDOW', '0', ONE_CONNECTION),
  notApplicable('REDIS_PERSECOND_PIPELINE_LIMIT', '0', ONE_CONNECTION),
  notApplicable('REDIS_PERSECOND_CLUSTER_PIPELINE_PARALLELISM', '1', ONE_REDIS),
  honoured('REDIS_HEALTH_CHECK_ACTIVE_CONNECTION', 'false', 'ratelimit.health.requireStore'),
  replaced(
    'REDIS_TIMEOUT',
    '10s',
    '0.7 of `envoy.ratelimitTimeout`, so that Envoy still has its answer in time',
  ),
  replaced('REDIS_PERSECOND_TIMEOUT', '10s', '0.7 of `envoy.ratelimitTimeout`'),
  notApplicable('REDIS_POOL_ON_EMPTY_BEHAVIOR', 'WAIT', ONE_CONNECTION),
  notApplicable('REDIS_PERSECOND_POOL_ON_EMPTY_BEHAVIOR', 'WAIT', ONE_CONNECTION),
  notApplicable('REDIS_STARTUP_INITIAL_INTERVAL', '1s', RECONNECT),
  notApplicable('REDIS_STARTUP_MAX_INTERVAL', '30s', RECONNECT),
  notApplicable('REDIS_STARTUP_MAX_ELAPSED_TIME', '0', RECONNECT),
  notApplicable('MEMCACHE_HOST_PORT', '', NO_MEMCACHE),
  notApplicable('MEMCACHE_MAX_IDLE_CONNS', '2', NO_MEMCACHE),
  notApplicable('MEMCACHE_SRV', '', NO_MEMCACHE),
  notApplicable('MEMCACHE_SRV_REFRESH', '0', NO_MEMCACHE),
  notApplicable('MEMCACHE_TLS', 'false', NO_MEMCACHE),
  notApplicable('MEMCACHE_TLS_CLIENT_CERT', '', NO_MEMCACHE),
  notApplicable('MEMCACHE_TLS_CLIENT_KEY', '', NO_MEMCACHE),
  notApplicable('MEMCACHE_TLS_CACERT', '', NO_MEMCACHE),
  notApplicable('MEMCACHE_TLS_SKIP_HOSTNAME_VERIFICATION', 'false', NO_MEMCACHE),
  honoured('SHADOW_MODE', 'false', 'ratelimit.shadowMode'),
  honoured('QUOTA_MODE', 'false', 'ratelimit.quotaMode'),
  honoured('RESPONSE_DYNAMIC_METADATA', 'false', 'ratelimit.dynamicMetadata'),
  honoured('MERGE_DOMAIN_CONFIG', 'false', 'ratelimit.mergeDomains'),
  replaced('TRACING_ENABLED', 'false', TRACES),
  replaced('TRACING_SERVICE_NAME', 'RateLimit', TRACES),
  replaced('TRACING_SERVICE_NAMESPACE', '', TRACES),
  replaced('TRACING_SERVICE_INSTANCE_ID', '', TRACES),
  replaced('TRACING_EXPORTER_PROTOCOL', 'http', TRACES),
  replaced('TRACING_SAMPLING_RATE', '1', TRACES),
];
