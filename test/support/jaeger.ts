import { findTool, missingTool } from '../../src/toolchain/index.ts';
import type { ReceivedSpan } from './otlp/received-span.ts';
import { until } from './until.ts';

/** Why tests cannot use Jaeger; undefined where they can. */
export function whyNoJaeger(): string | undefined {
  return findTool('jaeger') === undefined ? missingTool('jaeger') : undefined;
}

interface JaegerTrace {
  processes: Record<string, { serviceName: string }>;
  spans: {
    traceID: string;
    spanID: string;
    operationName: string;
    references: { refType: 'CHILD_OF' | 'FOLLOWS_FROM'; traceID: string; spanID: string }[];
    /** Microseconds. */
    startTime: number;
    duration: number;
    tags: { key: string; value: unknown }[];
    processID: string;
  }[];
}

/** The spans of a trace as Jaeger's query API has them, once they are as they should be. */
export async function traceFromJaeger(
  url: string,
  traceId: string,
  isWhole: (spans: ReceivedSpan[]) => boolean,
): Promise<ReceivedSpan[]> {
  let spans: ReceivedSpan[] = [];
  await until(
    async () => {
      spans = await read(url, traceId);
      return isWhole(spans);
    },
    `Jaeger has the trace ${traceId}`,
    30_000,
  );
  return spans;
}

async function read(url: string, traceId: string): Promise<ReceivedSpan[]> {
  const answer = await fetch(`${url}/api/traces/${traceId}`);
  if (!answer.ok) return [];
  const { data } = (await answer.json()) as { data: JaegerTrace[] };
  return data.flatMap(({ spans, processes }) => spans.map((span) => receivedSpan(span, processes)));
}

function receivedSpan(
  {
    traceID,
    spanID,
    operationName,
    references,
    startTime,
    duration,
    tags,
    processID,
  }: JaegerTrace['spans'][0],
  processes: JaegerTrace['processes'],
): ReceivedSpan {
  const attributes = Object.fromEntries(tags.map(({ key, value }) => [key, value]));
  const { 'span.kind': kind = 'internal', error = false } = attributes;
  return {
    service: processes[processID]?.serviceName ?? '',
    name: operationName,
    kind: kind as ReceivedSpan['kind'],
    traceId: traceID,
    spanId: spanID,
    parentSpanId: references.find(({ refType }) => refType === 'CHILD_OF')?.spanID ?? '',
    startMs: startTime / 1000,
    endMs: (startTime + duration) / 1000,
    attributes,
    links: references
      .filter(({ refType }) => refType === 'FOLLOWS_FROM')
      .map((reference) => ({ traceId: reference.traceID, spanId: reference.spanID })),
    isError: error === true,
  };
}
