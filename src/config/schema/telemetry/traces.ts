import { z } from 'zod';
import { filePath } from '../../units.ts';

/** Spans go to it without a credential of ours: a password in the address would be in logs. */
function collectorAddress() {
  return z.string().refine(isCollectorAddress, {
    error: 'expected an http:// or https:// address without a password, such as http://127.0.0.1:4317',
  });
}

function isCollectorAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

export const tracesSchema = z
  .strictObject({
    exporter: z
      .enum(['otlp', 'jaeger', 'console', 'none'])
      .default('otlp')
      .describe(
        "how spans leave: otlp to a collector, Jaeger from version 1.35 or any other backend; jaeger to an older Jaeger's own HTTP collector; console to standard output; none: no spans and no trace ids",
      ),
    protocol: z
      .enum(['grpc', 'http/protobuf'])
      .default('grpc')
      .describe('how otlp is spoken, by the names of OTEL_EXPORTER_OTLP_PROTOCOL'),
    endpoint: collectorAddress()
      .optional()
      .describe(
        'where spans go, with the path for HTTP. Absent: http://127.0.0.1:4317 for otlp over gRPC, http://127.0.0.1:4318/v1/traces over HTTP, http://127.0.0.1:14268/api/traces for jaeger',
      ),
    headersFile: filePath()
      .optional()
      .describe(
        "file with headers that otlp sends spans with, such as a backend's key: a line each, `name: value`. Envoy cannot send them, so its spans go to envoyEndpoint or nowhere",
      ),
    envoyEndpoint: collectorAddress()
      .optional()
      .describe(
        "where Envoy sends its own spans, by otlp as protocol says. Absent: to endpoint where that takes otlp and needs no headersFile; else Envoy's spans go nowhere",
      ),
    callerContext: z
      .enum(['ignore', 'honour'])
      .default('ignore')
      .describe(
        "a caller's traceparent: ignore removes it at the edge and begins a trace of our own; honour goes on with the caller's trace, recorded where the caller says so. Only for callers who may decide that",
      ),
    sampling: z
      .strictObject({
        ratio: z
          .number()
          .min(0)
          .max(1)
          .default(1)
          .describe('share of the traces that are recorded, 0 to 1, chosen by their ids'),
      })
      .prefault({}),
    uiUrl: collectorAddress()
      .optional()
      .describe(
        "where people look at traces: Jaeger's address, or that of another backend with {traceId} where the id goes. `gatehouse jobs show` and the dashboard link to it",
      ),
    queryUrl: collectorAddress()
      .optional()
      .describe(
        "Jaeger's query API, such as http://127.0.0.1:16686, which the admin role asks for the spans of a job: its waterfall then has model requests and tools. Absent: it has the job's own events",
      ),
  })
  .refine(({ exporter, headersFile }) => headersFile === undefined || exporter === 'otlp', {
    path: ['headersFile'],
    error: 'expected none unless exporter is otlp',
  })
  .prefault({});
