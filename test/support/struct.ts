/** google.protobuf.Struct and Value as @grpc/proto-loader decodes them with `oneofs`. */
export interface Struct {
  fields: Record<string, Value>;
}

type Value =
  | { kind: 'nullValue' }
  | { kind: 'numberValue'; numberValue: number }
  | { kind: 'stringValue'; stringValue: string }
  | { kind: 'boolValue'; boolValue: boolean }
  | { kind: 'structValue'; structValue: Struct }
  | { kind: 'listValue'; listValue: { values: Value[] } };

/** The JSON that a Struct stands for. */
export function jsonOf(struct: Struct): Record<string, unknown> {
  return Object.fromEntries(Object.entries(struct.fields).map(([name, value]) => [name, plain(value)]));
}

function plain(value: Value): unknown {
  switch (value.kind) {
    case 'nullValue':
      return null;
    case 'numberValue':
      return value.numberValue;
    case 'stringValue':
      return value.stringValue;
    case 'boolValue':
      return value.boolValue;
    case 'structValue':
      return jsonOf(value.structValue);
    case 'listValue':
      return value.listValue.values.map(plain);
  }
}
