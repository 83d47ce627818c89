import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { configSchema } from './schema.ts';

/** A part of the configuration as JSON Schema: what names it has, and what they mean. */
export interface Shape {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
}

/** The whole configuration as it is written, before durations, sizes and addresses are parsed. */
export const configShape = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Shape;

/** The part at a path; undefined where nothing has that name. */
export function shapeAt(path: readonly PropertyKey[]): Shape | undefined {
  let shape: Shape | undefined = configShape;
  for (const key of path) {
    const below: Shape | boolean | undefined =
      shape?.properties?.[String(key)] ?? shape?.additionalProperties;
    shape = typeof below === 'object' ? below : undefined;
  }
  return shape;
}

/** Keys further away than this are not what the writer meant. */
const MAX_TYPING_ERRORS = 3;

/** The valid key that looks most like a wrong one, if any does. */
export function nearestKey(path: readonly PropertyKey[], wrong: string): string | undefined {
  const keys = Object.keys(shapeAt(path)?.properties ?? {});
  if (keys.length === 0) return undefined;
  const nearest = closest(wrong, keys);
  return distance(wrong, nearest) <= MAX_TYPING_ERRORS ? nearest : undefined;
}
