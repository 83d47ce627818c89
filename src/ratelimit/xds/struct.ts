import type { Json } from '../../rule-files/index.ts';

/** google.protobuf.Struct, whose field names proto-loader has in camel case. */
export interface Struct {
  fields: Record<string, Value>;
}

type Value =
  | { nullValue: 'NULL_VALUE' }
  | { numberValue: number }
  | { stringValue: string }
  | { boolValue: boolean }
  | { structValue: Struct }
  | { listValue: { values: Value[] } };

export function struct(object: { readonly [key: string]: Json }): Struct {
  return {
    fields: Object.fromEntries(Object.entries(object).map(([key, value]) => [key, structValue(value)])),
  };
}

function structValue(json: Json): Value {
  if (json === null) return { nullValue: 'NULL_VALUE' };
  if (typeof json === 'number') return { numberValue: json };
  if (typeof json === 'string') return { stringValue: json };
  if (typeof json === 'boolean') return { boolValue: json };
  if (isList(json)) return { listValue: { values: json.map(structValue) } };
  return { structValue: struct(json) };
}

function isList(json: readonly Json[] | { readonly [key: string]: Json }): json is readonly Json[] {
  return Array.isArray(json);
}
