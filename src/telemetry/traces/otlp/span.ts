import { bytesTag, fixed32Tag, fixed64Tag, MessageWriter, varintTag } from '../../../protobuf/index.ts';
import type { TraceContext } from '../../../trace-context/index.ts';
import type { EndedSpan, SpanAttributes, SpanKind } from '../span.ts';
import { writeAttribute } from './attribute.ts';
import { writeTime } from './time.ts';

// Numbers of the fields and enums as in opentelemetry/proto/trace/v1/trace.proto.
const SPAN = {
  traceId: bytesTag(1),
  spanId: bytesTag(2),
  parentSpanId: bytesTag(4),
  name: bytesTag(5),
  kind: varintTag(6),
  start: fixed64Tag(7),
  end: fixed64Tag(8),
  attributes: bytesTag(9),
  links: bytesTag(13),
  status: bytesTag(15),
  flags: fixed32Tag(16),
};
const LINK = { traceId: bytesTag(1), spanId: bytesTag(2), flags: fixed32Tag(6) };
const STATUS = { code: varintTag(3) };
const STATUS_ERROR = 2;
const KINDS: Record<SpanKind, number> = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const SAMPLED = 0x1;
/** That it is told whether a context came from another process; it is not told that it did. */
const HAS_IS_REMOTE = 0x100;

/** Writes a Span. @param tag of the field that has it */
export function writeSpan(writer: MessageWriter, tag: number, span: EndedSpan): void {
  const { context, attributes, links, error } = span;
  const start = writer.begin(tag);
  writer.hex(SPAN.traceId, context.traceId).hex(SPAN.spanId, context.spanId);
  writer.hex(SPAN.parentSpanId, span.parentSpanId).string(SPAN.name, span.name);
  writer.uint32(SPAN.kind, KINDS[span.kind]);
  writeTime(writer, SPAN.start, span.startMs);
  writeTime(writer, SPAN.end, span.endMs);
  if (error !== undefined) {
    writeAttribute(writer, SPAN.attributes, 'error.type', error);
    const status = writer.begin(SPAN.status);
    writer.uint32(STATUS.code, STATUS_ERROR).end(status);
  }
  writer.raw(commonFields(span.common));
  writeAttributes(writer, attributes, error !== undefined);
  for (const link of links) writeLink(writer, link);
  writer.fixed32(SPAN.flags, flagsOf(context)).end(start);
}

function writeAttributes(writer: MessageWriter, attributes: SpanAttributes, isErrorTold: boolean): void {
  for (const name in attributes) {
    const value = attributes[name as keyof typeof attributes];
    const isTold = name === 'error.type' && isErrorTold;
    if (value !== undefined && !isTold) writeAttribute(writer, SPAN.attributes, name, value);
  }
}

/** The fields of attributes that spans have in common. */
const COMMON = new WeakMap<Readonly<SpanAttributes>, Uint8Array>();

function commonFields(common: Readonly<SpanAttributes>): Uint8Array {
  const known = COMMON.get(common);
  if (known !== undefined) return known;
  const writer = new MessageWriter();
  writeAttributes(writer, common, false);
  const fields = writer.finish();
  COMMON.set(common, fields);
  return fields;
}

function writeLink(writer: MessageWriter, context: TraceContext): void {
  const link = writer.begin(SPAN.links);
  writer.hex(LINK.traceId, context.traceId).hex(LINK.spanId, context.spanId);
  writer.fixed32(LINK.flags, flagsOf(context)).end(link);
}

function flagsOf({ sampled }: TraceContext): number {
  return HAS_IS_REMOTE | (sampled ? SAMPLED : 0);
}
