import { bytesTag, doubleTag, type MessageWriter, varintTag } from '../../../protobuf/index.ts';
import type { Json } from '../../../rule-files/index.ts';

// Numbers of the fields as in google/protobuf/struct.proto.
const FIELDS = bytesTag(1);
const FIELD_NAME = bytesTag(1);
const FIELD_VALUE = bytesTag(2);

const NULL = varintTag(1);
const NUMBER = doubleTag(2);
const STRING = bytesTag(3);
const BOOL = varintTag(4);
const STRUCT = bytesTag(5);
const LIST = bytesTag(6);
const LIST_VALUES = bytesTag(1);

/** Writes plain JSON as a google.protobuf.Struct. @param tag of the field that it is the value of */
export function writeStruct(
  writer: MessageWriter,
  tag: number,
  object: { readonly [key: string]: Json },
): void {
  const struct = writer.begin(tag);
  for (const [name, value] of Object.entries(object)) {
    const field = writer.begin(FIELDS);
    writer.string(FIELD_NAME, name);
    writeValue(writer, FIELD_VALUE, value);
    writer.end(field);
  }
  writer.end(struct);
}

/** A value is a oneof, so that it is there also where it is empty or 0. */
function writeValue(writer: MessageWriter, tag: number, json: Json): void {
  const value = writer.begin(tag);
  if (json === null) writer.uint32(NULL, 0);
  else if (typeof json === 'number') writer.double(NUMBER, json);
  else if (typeof json === 'string') writer.string(STRING, json);
  else if (typeof json === 'boolean') writer.bool(BOOL, json);
  else if (isList(json)) writeList(writer, json);
  else writeStruct(writer, STRUCT, json);
  writer.end(value);
}

function writeList(writer: MessageWriter, values: readonly Json[]): void {
  const list = writer.begin(LIST);
  for (const value of values) writeValue(writer, LIST_VALUES, value);
  writer.end(list);
}

function isList(json: readonly Json[] | { readonly [key: string]: Json }): json is readonly Json[] {
  return Array.isArray(json);
}
