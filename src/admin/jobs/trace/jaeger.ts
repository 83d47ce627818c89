import { z } from 'zod';
import { FetchError, type Fetcher } from '../../../http/index.ts';

/** A span as far as the dashboard shows it. Times are milliseconds since the epoch. */
export interface StoredSpan {
  spanId: string;
  parentSpanId: string | undefined;
  service: string;
  name: string;
  startMs: number;
  endMs: number;
  tags: ReadonlyMap<string, unknown>;
}

/**
 * Jaeger's query API, which Jaeger 2 answers as well. Times are microseconds.
 * https://www.jaegertracing.io/docs/2.20/architecture/apis/#internal-http-json
 */
const answerSchema = z.object({
  data: z.array(
    z.object({
      processes: z.record(z.string(), z.object({ serviceName: z.string() })),
      spans: z.array(
        z.object({
          spanID: z.string(),
          operationName: z.string(),
          references: z.array(z.object({ refType: z.string(), spanID: z.string() })).default([]),
          startTime: z.number(),
          duration: z.number(),
          tags: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]),
          processID: z.string(),
        }),
      ),
    }),
  ),
});

const TIMEOUT_MS = 2_000;
/** Of ten thousand spans, which no job comes near. */
const MAX_BYTES = 16 * 2 ** 20;

/**
 * Reads a trace.
 * @param queryUrl from telemetry.traces.queryUrl
 * @returns undefined where there is no such trace, or not yet
 * @throws FetchError; Error where the answer is no trace
 */
export async function readTrace(
  fetcher: Fetcher,
  queryUrl: string,
  traceId: string,
): Promise<StoredSpan[] | undefined> {
  const url = `${queryUrl.replace(/\/+$/, '')}/api/traces/${traceId}`;
  try {
    const body = await fetcher.fetch({ url, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
    return parseAnswer(body).data.flatMap(({ processes, spans }) =>
      spans.map(({ spanID, operationName, references, startTime, duration, tags, processID }) => ({
        spanId: spanID,
        parentSpanId: references.find(({ refType }) => refType === 'CHILD_OF')?.spanID,
        service: processes[processID]?.serviceName ?? '',
        name: operationName,
        startMs: startTime / 1_000,
        endMs: (startTime + duration) / 1_000,
        tags: new Map(tags.map(({ key, value }) => [key, value])),
      })),
    );
  } catch (error) {
    if (error instanceof FetchError && error.status === 404) return undefined;
    throw error;
  }
}

/** Says nothing of what the answer holds, which may be anything. */
function parseAnswer(body: Buffer): z.infer<typeof answerSchema> {
  try {
    return answerSchema.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new Error('what telemetry.traces.queryUrl answers is no trace of Jaeger', { cause });
  }
}
