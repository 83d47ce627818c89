import { bytesTag, MessageWriter } from '../../../protobuf/index.ts';
import { INSTRUMENTATION_SCOPE } from '../scope.ts';
import type { EndedSpan } from '../span.ts';
import type { BatchBuilder } from '../span-queue.ts';
import { writeAttribute } from './attribute.ts';
import { writeSpan } from './span.ts';

// Numbers of the fields as in opentelemetry/proto/collector/trace/v1/trace_service.proto and what it imports.
const REQUEST = { resourceSpans: bytesTag(1) };
const RESOURCE_SPANS = { resource: bytesTag(1), scopeSpans: bytesTag(2) };
const RESOURCE = { attributes: bytesTag(1) };
const SCOPE_SPANS = { scope: bytesTag(1), spans: bytesTag(2) };
const SCOPE = { name: bytesTag(1) };

/** A message takes as much as a thousand spans in it; as many as these hold up a process for 1.5 ms while they are sent. */
const MAX_SPANS = 2048;
/** A collector takes messages of 4 MiB; a span is 350 bytes long, and none is longer than the headers of a request. */
const MAX_BYTES = 2 ** 20;
/**
 * Spans that are written together. What writes them is out of the processor's caches when a busy process ends a span, and
 * would be fetched anew for each one.
 */
const WRITTEN_AT_ONCE = 16;

/**
 * Writes spans as an ExportTraceServiceRequest, soon after they end: what would be kept until it is sent is bytes and no
 * objects, which spares the collector of garbage more than the writing takes.
 * @param resource of the process, by the names of OpenTelemetry's semantic conventions
 */
export function otlpBatches(resource: Readonly<Record<string, string>>): BatchBuilder<Uint8Array> {
  const writer = new MessageWriter();
  const resourceField = encodeResource(resource);
  const scopeField = encodeScope();
  let spans = 0;
  let unwritten: EndedSpan[] = [];
  let resourceSpans = 0;
  let scopeSpans = 0;

  function begin(): void {
    resourceSpans = writer.reset().begin(REQUEST.resourceSpans);
    writer.raw(resourceField);
    scopeSpans = writer.begin(RESOURCE_SPANS.scopeSpans);
    writer.raw(scopeField);
  }

  function write(): void {
    for (const span of unwritten) writeSpan(writer, SCOPE_SPANS.spans, span);
    unwritten = [];
  }

  return {
    add(span: EndedSpan) {
      if (spans === 0) begin();
      spans += 1;
      if (unwritten.push(span) === WRITTEN_AT_ONCE) write();
      return spans === MAX_SPANS || writer.length >= MAX_BYTES;
    },
    finish() {
      write();
      spans = 0;
      return writer.end(scopeSpans).end(resourceSpans).finish();
    },
  };
}

function encodeResource(resource: Readonly<Record<string, string>>): Buffer {
  const writer = new MessageWriter();
  const start = writer.begin(RESOURCE_SPANS.resource);
  for (const [name, value] of Object.entries(resource)) {
    writeAttribute(writer, RESOURCE.attributes, name, value);
  }
  return writer.end(start).finish();
}

function encodeScope(): Buffer {
  const writer = new MessageWriter();
  const start = writer.begin(SCOPE_SPANS.scope);
  return writer.string(SCOPE.name, INSTRUMENTATION_SCOPE).end(start).finish();
}
