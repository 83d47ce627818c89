import type { Config } from '../../config/index.ts';
import type { Logger } from '../log.ts';
import { METRICS } from '../metric-names.ts';
import type { Metrics } from '../metrics.ts';
import { otlpBatches } from './otlp/batch.ts';
import { createOtlpSender } from './otlp/sender.ts';
import type { Sender } from './sender.ts';
import { singleSpans } from './single-spans.ts';
import { type BatchBuilder, createSpanQueue } from './span-queue.ts';
import { createThreadSender } from './thread-sender.ts';
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
export function openTraces(options: TracesOptions): Traces {
  const { config, role } = options;
  const { traces } = config.telemetry;
  const { exporter } = traces;
  if (exporter === 'none') return NO_TRACES;
  const resource = {
    'service.name': `gatehouse-${role}`,
    'service.namespace': 'gatehouse',
    'service.instance.id': `${role}-${process.pid}`,
  };
  return exporter === 'otlp'
    ? tracesBy(otlpBatches(resource), createOtlpSender(traces), options)
    : tracesBy(singleSpans(), createThreadSender({ traces: { ...traces, exporter }, resource }), options);
}

function tracesBy<Batch>(
  batches: BatchBuilder<Batch>,
  sender: Sender<Batch>,
  { logger, metrics }: TracesOptions,
): Traces {
  const sent = metrics.counter(METRICS.tracesSpansSent);
  const lost = metrics.counter(METRICS.tracesSpansLost);
  const queue = createSpanQueue({
    batches,
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
