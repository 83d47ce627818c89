import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { type Config, formatHostPort, type HostPort } from '../config/index.ts';
import { boundPort, release } from '../serve/index.ts';
import type { ChildSpec } from './child-process.ts';
import type { TieToParent } from './parent-death.ts';
import { hold } from './ports.ts';
import { StartError } from './start-error.ts';

/** Where the installation's own Jaeger listens. */
export interface JaegerAddresses {
  /** Its HTTP API. */
  query: HostPort;
  otlpGrpc: HostPort;
  otlpHttp: HostPort;
  /** Spans in Jaeger's own format, over HTTP. */
  thrift: HostPort;
}

/** By custom (https://www.jaegertracing.io/docs/latest/architecture/apis/). */
const PORTS = { query: 16_686, otlpGrpc: 4317, otlpHttp: 4318, thrift: 14_268 };
/** It forgets the oldest beyond these. */
const MAX_TRACES = 10_000;
const LOOPBACK = '127.0.0.1';

/**
 * Settles where Jaeger is to listen, on loopback.
 * @param freePorts any free ports, instead of those by custom
 * @throws StartError ports_unavailable
 */
export async function settleJaeger(freePorts: boolean): Promise<JaegerAddresses> {
  const held = await Promise.allSettled(
    Object.values(PORTS).map((port) => hold({ host: LOOPBACK, port: freePorts ? 0 : port })),
  );
  const servers = held.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const ports = servers.map(boundPort);
  await Promise.all(servers.map(release));
  if (ports.length < held.length) {
    const taken = Object.values(PORTS).filter((_, at) => held[at]?.status === 'rejected');
    throw new StartError(
      'ports_unavailable',
      `port ${taken.join(', ')} (telemetry.jaeger) cannot be used: where a collector runs already, set telemetry.jaeger to none and traces go there; or choose any free ports with --free-ports.`,
    );
  }
  const at = (index: number): HostPort => ({ host: LOOPBACK, port: ports[index] as number });
  return { query: at(0), otlpGrpc: at(1), otlpHttp: at(2), thrift: at(3) };
}

/** Has traces go to this Jaeger, and links lead to it, as far as the configuration does not say otherwise. */
export function withJaeger(config: Config, { query, otlpGrpc, otlpHttp, thrift }: JaegerAddresses): Config {
  const { traces } = config.telemetry;
  const url = (address: HostPort, path = '') => `http://${formatHostPort(address)}${path}`;
  const own = {
    jaeger: url(thrift, '/api/traces'),
    otlp: traces.protocol === 'grpc' ? url(otlpGrpc) : url(otlpHttp, '/v1/traces'),
  };
  const endpoint = traces.exporter === 'jaeger' ? own.jaeger : own.otlp;
  return {
    ...config,
    telemetry: {
      ...config.telemetry,
      traces: {
        ...traces,
        endpoint: traces.endpoint ?? endpoint,
        envoyEndpoint:
          traces.envoyEndpoint ?? (traces.exporter === 'otlp' ? traces.endpoint : undefined) ?? own.otlp,
        // It is built without its pages, which are in no registry; the API is all there.
        uiUrl: traces.uiUrl ?? url(query, '/api/traces/{traceId}'),
        queryUrl: traces.queryUrl ?? url(query),
      },
    },
  };
}

export interface JaegerOptions {
  program: string;
  configFile: string;
  addresses: JaegerAddresses;
  logFile: string;
  env: NodeJS.ProcessEnv;
  tie: TieToParent;
}

/** A Jaeger for this installation alone, which keeps traces in memory. */
export async function ownJaeger(options: JaegerOptions): Promise<ChildSpec> {
  const { program, configFile, addresses, logFile, env, tie } = options;
  await writeFile(configFile, stringify(jaegerConfig(addresses)), { mode: 0o600 });
  return {
    name: 'jaeger',
    ...tie({ file: program, args: ['--config', configFile] }),
    // Of its own work it would tell a collector at the address by custom.
    env: { ...env, OTEL_TRACES_SAMPLER: 'always_off' },
    logFile,
    readiness: { by: 'probe', probe: () => probe(addresses.query) },
  };
}

function jaegerConfig({ query, otlpGrpc, otlpHttp, thrift }: JaegerAddresses): object {
  const at = (address: HostPort) => ({ endpoint: formatHostPort(address) });
  return {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp', 'jaeger'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
    extensions: {
      // Without an address gRPC would be on all interfaces.
      jaeger_query: { storage: { traces: 'memory' }, http: at(query), grpc: at({ host: LOOPBACK, port: 0 }) },
      jaeger_storage: { backends: { memory: { memory: { max_traces: MAX_TRACES } } } },
    },
    receivers: {
      otlp: { protocols: { grpc: at(otlpGrpc), http: at(otlpHttp) } },
      jaeger: { protocols: { thrift_http: at(thrift) } },
    },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  };
}

async function probe(query: HostPort): Promise<'ready' | 'silent'> {
  try {
    const answer = await fetch(`http://${formatHostPort(query)}/api/services`, {
      signal: AbortSignal.timeout(1_000),
    });
    await answer.body?.cancel();
    return answer.ok ? 'ready' : 'silent';
  } catch {
    return 'silent';
  }
}
