import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Settings } from './schema.ts';
import { configShape, partOf, type Shape } from './shape.ts';

/** The rules that ship, used where ratelimit.files says nothing. */
const SHIPPED_RULES = fileURLToPath(new URL('../../config/ratelimit/gatehouse.yaml', import.meta.url));

/**
 * Makes every path absolute: each value that the schema marks with filePath() or programPath().
 * @param base the folder that a relative path at a setting starts from
 */
export function resolvePaths(settings: Settings, base: (path: readonly string[]) => string) {
  const resolved = resolveBelow(settings, configShape, [], base) as Settings;
  const { ratelimit } = resolved;
  return { ...resolved, ratelimit: { ...ratelimit, files: ratelimit.files ?? [SHIPPED_RULES] } };
}

function resolveBelow(
  value: unknown,
  shape: Shape | undefined,
  path: readonly string[],
  base: (path: readonly string[]) => string,
): unknown {
  if (typeof value === 'string') return resolveText(value, shape, path, base);
  if (typeof value !== 'object' || value === null || shape === undefined) return value;
  const below = (key: string, part: unknown) => resolveBelow(part, partOf(shape, key), [...path, key], base);
  if (Array.isArray(value)) return value.map((item, index) => below(String(index), item));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, below(key, part)]));
}

function resolveText(
  text: string,
  shape: Shape | undefined,
  path: readonly string[],
  base: (path: readonly string[]) => string,
): string {
  const isFile = shape?.path === 'file' || (shape?.path === 'program' && text.includes('/'));
  return isFile ? resolve(base(path), text) : text;
}
