import { bytesTag, doubleTag, MessageWriter, varintTag } from '../../../protobuf/index.ts';
import { SPAN_ATTRIBUTES } from '../../span-names.ts';

// Numbers of the fields as in opentelemetry/proto/common/v1/common.proto.
const KEY_VALUE = { key: bytesTag(1), value: bytesTag(2) };
const VALUE = {
  string: bytesTag(1),
  bool: varintTag(2),
  int: varintTag(3),
  double: doubleTag(4),
  array: bytesTag(5),
};
const ARRAY = { values: bytesTag(1) };

export type AttributeValue = string | number | boolean | readonly string[];

/** The field of each key that a span's attributes may have. */
const KEYS = new Map(Object.keys(SPAN_ATTRIBUTES).map((name) => [name, keyField(name)]));

function keyField(name: string): Buffer {
  return new MessageWriter().string(KEY_VALUE.key, name).finish();
}

/** Writes a KeyValue. @param tag of the field that has it */
export function writeAttribute(
  writer: MessageWriter,
  tag: number,
  name: string,
  value: AttributeValue,
): void {
  const attribute = writer.begin(tag);
  writer.raw(KEYS.get(name) ?? keyField(name));
  const within = writer.begin(KEY_VALUE.value);
  if (typeof value === 'string') writer.string(VALUE.string, value);
  else if (typeof value === 'number') writeNumber(writer, value);
  else if (typeof value === 'boolean') writer.bool(VALUE.bool, value);
  else writeArray(writer, value);
  writer.end(within).end(attribute);
}

function writeNumber(writer: MessageWriter, value: number): void {
  if (Number.isSafeInteger(value)) writer.int64(VALUE.int, value);
  else writer.double(VALUE.double, value);
}

function writeArray(writer: MessageWriter, texts: readonly string[]): void {
  const array = writer.begin(VALUE.array);
  for (const text of texts) {
    const value = writer.begin(ARRAY.values);
    writer.string(VALUE.string, text).end(value);
  }
  writer.end(array);
}
