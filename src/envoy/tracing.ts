import { isIP } from 'node:net';
import { type Document, isMap, type YAMLMap } from 'yaml';
import { type Config, envoyTracesEndpoint } from '../config/index.ts';
import { listAt, mapAt } from './node.ts';
import { readTemplate } from './read-template.ts';

type Traces = Config['telemetry']['traces'];

const MILLION = 1_000_000;
/** In a template all values must be there. */
const NOWHERE = 'http://127.0.0.1:4317';

/** Has Envoy begin a trace for each request, and send its own spans where telemetry.traces says. */
export async function addTracing(bootstrap: Document, traces: Traces): Promise<void> {
  const endpoint = envoyTracesEndpoint(traces);
  const fragment = await tracingBlocks(traces, endpoint);
  const resources = mapAt(bootstrap, 'static_resources');
  const manager = mapAt(resources, 'listeners', 0, 'filter_chains', 0, 'filters', 0, 'typed_config');
  manager.set('tracing', mapAt(fragment, 'tracing'));
  listAt(manager, 'http_filters').items.unshift(mapAt(fragment, 'filter'));
  listAt(resources, 'clusters').items.push(mapAt(fragment, 'cluster'));
  if (traces.callerContext === 'honour') keepCallersContext(manager);
}

/** The blocks of envoy/tracing.yaml, without those that this collector does not need. */
async function tracingBlocks(traces: Traces, endpoint: string | undefined): Promise<Document> {
  const url = new URL(endpoint ?? NOWHERE);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isSecure = url.protocol === 'https:';
  const fragment = await readTemplate('tracing.yaml', {
    'endpoint.url': url.href,
    'endpoint.host': host,
    'endpoint.hostType': isIP(host) === 0 ? 'DNS' : 'IP_ADDRESS',
    'endpoint.port': Number(url.port) || (isSecure ? 443 : 80),
    'sampling.numerator': Math.round(traces.sampling.ratio * MILLION),
  });
  const provider = mapAt(fragment, 'tracing', 'provider', 'typed_config');
  const byGrpc = traces.protocol === 'grpc';
  provider.delete(byGrpc ? 'http_service' : 'grpc_service');
  const cluster = mapAt(fragment, 'cluster');
  if (endpoint === undefined) listAt(cluster, 'load_assignment', 'endpoints').items = [];
  if (!byGrpc) cluster.delete('typed_extension_protocol_options');
  if (!isSecure) cluster.delete('transport_socket');
  else if (isIP(host) !== 0) mapAt(cluster, 'transport_socket', 'typed_config').delete('sni');
  return fragment;
}

/** Leaves out the mutations that take a caller's trace context away. */
function keepCallersContext(manager: YAMLMap): void {
  const mutations = listAt(manager, 'early_header_mutation_extensions', 0, 'typed_config', 'mutations');
  const kept = mutations.items.filter(
    (node) => !isMap(node) || !['traceparent', 'tracestate'].includes(String(node.get('remove'))),
  );
  mutations.items = kept;
}
