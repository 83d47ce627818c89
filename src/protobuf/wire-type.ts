/** How a field's value is written: the low three bits of its tag (https://protobuf.dev/programming-guides/encoding/#structure). */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

export type WireType = (typeof WIRE)[keyof typeof WIRE];

/** What stands before a field's value. */
export function tagOf(field: number, wireType: WireType): number {
  return ((field << 3) | wireType) >>> 0;
}

/** The tag of a uint32, int32, uint64, int64, bool or enum. */
export function varintTag(field: number): number {
  return tagOf(field, WIRE.varint);
}

/** The tag of a string, bytes, message or map entry. */
export function bytesTag(field: number): number {
  return tagOf(field, WIRE.bytes);
}

/** The tag of a double. */
export function doubleTag(field: number): number {
  return fixed64Tag(field);
}

/** The tag of a fixed64 or sfixed64. */
export function fixed64Tag(field: number): number {
  return tagOf(field, WIRE.fixed64);
}

/** The tag of a fixed32 or sfixed32. */
export function fixed32Tag(field: number): number {
  return tagOf(field, WIRE.fixed32);
}
