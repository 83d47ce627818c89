import type { Check } from '../finding.ts';
import { reach } from '../reach.ts';

/** Where spans go where the configuration does not say. */
const DEFAULT_ENDPOINTS = {
  grpc: 'http://127.0.0.1:4317',
  'http/protobuf': 'http://127.0.0.1:4318',
  jaeger: 'http://127.0.0.1:14268',
} as const;

export const tracesCheck: Check = {
  part: 'Traces',
  failure: 'wrong',
  async run({ config }) {
    const { exporter, protocol, endpoint } = config.telemetry.traces;
    if (exporter === 'none' || exporter === 'console') return { state: 'ok', detail: `exporter ${exporter}` };
    const url = new URL(endpoint ?? DEFAULT_ENDPOINTS[exporter === 'jaeger' ? 'jaeger' : protocol]);
    const { error } = await reach(url.host, url.protocol === 'https:' ? 443 : 80);
    if (error === undefined) return { state: 'ok', detail: `${url.origin} can be reached` };
    return {
      state: endpoint === undefined ? 'optional' : 'limited',
      detail: `nothing takes spans at ${url.origin} (${error}), and they are dropped: start a collector or Jaeger there, set telemetry.traces.endpoint, or telemetry.traces.exporter: none.`,
    };
  },
};
