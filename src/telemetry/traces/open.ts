import type { Config } from '../../config/index.ts';
import type { Logger } from '../log.ts';
import { METRICS } from '../metric-names.ts';
import type { Metrics } from '../metrics.ts';
import { batchesFor } from './exporter.ts';
import { createSender } from './sender.ts';
import { createSpanQueue } from './span-queue.ts';
import { createTracer, silentTracer, type Tracer } from './tracer.ts';

/** A role's traces. */
export interface Traces {
  tracer: Tracer;
  /** Sends what waits, within graceMs; what is away then is not waited for. */
  close(graceMs: number): Promise<void>;
}

export interface TracesOptions {
  config: Pick<Config, 'telemetry'>;
  /** The role, which is called `gatehouse-ROLE` in traces. */
  role: string;
  logger: Logger;
  metrics: Metrics;
}

const NO_TRACES: Traces = { tracer: silentTracer, close: async () => {} };

/** Opens a role's traces, by telemetry.traces. */
export function openTraces({ config, role, logger, metrics }: TracesOptions): Traces {
  const { traces } = config.telemetry;
  const { exporter } = traces;
  if (exporter === 'none') return NO_TRACES;
  const settings = {
    traces: { ...traces, exporter },
    resource: {
      'service.name': `gatehouse-${role}`,
      'service.namespace': 'gatehouse',
      'service.instance.id': `${role}-${process.pid}`,
    },
  };
  const sender = createSender(settings);
  const sent = metrics.counter(METRICS.tracesSpansSent);
  const lost = metrics.counter(METRICS.tracesSpansLost);
  const queue = createSpanQueue({
    batches: batchesFor(settings),
    send: sender.send,
    onSent: (count) => sent.inc(count),
    onLost: (count, reason) => lost.inc({ reason }, count),
    logger,
  });
  return {
    tracer: createTracer(queue.record),
    async close(graceMs) {
      await queue.close(graceMs);
      await sender.close();
    },
  };
}
