import { z } from 'zod';
import { nearestWord } from '../spelling/index.ts';
import { configSchema } from './schema.ts';

/** A part of the configuration as JSON Schema: what names it has, and what they mean. */
export interface Shape {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  items?: Shape;
  /** What filePath() and programPath() mark. */
  path?: 'file' | 'program';
}

/** The whole configuration as it is written, before durations, sizes and addresses are parsed. */
export const configShape = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Shape;

/** The part at a path; undefined where nothing has that name. */
export function shapeAt(path: readonly PropertyKey[]): Shape | undefined {
  let shape: Shape | undefined = configShape;
  for (const key of path) shape = shape && partOf(shape, String(key));
  return shape;
}

/** The part below a name or a list's index. */
export function partOf({ properties, additionalProperties, items }: Shape, key: string): Shape | undefined {
  const below = properties?.[key] ?? items ?? additionalProperties;
  return typeof below === 'object' ? below : undefined;
}

/** The valid key that looks most like a wrong one, if any does. */
export function nearestKey(path: readonly PropertyKey[], wrong: string): string | undefined {
  return nearestWord(wrong, Object.keys(shapeAt(path)?.properties ?? {}));
}
