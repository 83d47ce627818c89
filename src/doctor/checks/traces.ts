import { tracesEndpoint } from '../../config/index.ts';
import type { Check } from '../finding.ts';
import { reach } from '../reach.ts';

export const tracesCheck: Check = {
  part: 'Traces',
  failure: 'wrong',
  async run({ config }) {
    const { exporter, endpoint } = config.telemetry.traces;
    if (exporter === 'none' || exporter === 'console') return { state: 'ok', detail: `exporter ${exporter}` };
    const url = new URL(tracesEndpoint(config.telemetry.traces));
    const { error } = await reach(url.host, url.protocol === 'https:' ? 443 : 80);
    if (error === undefined) return { state: 'ok', detail: `${url.origin} can be reached` };
    return {
      state: endpoint === undefined ? 'optional' : 'limited',
      detail: `nothing takes spans at ${url.origin} (${error}), and they are dropped: start a collector or Jaeger there, set telemetry.traces.endpoint, or telemetry.traces.exporter: none.`,
    };
  },
};
