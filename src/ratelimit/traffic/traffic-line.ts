import { z } from 'zod';
import type { RateLimitRequest } from '../rls/message.ts';
import { parseUnit } from '../unit.ts';

const uint32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);

const descriptorSchema = z.strictObject({
  entries: z.array(z.strictObject({ key: z.string(), value: z.string().default('') })).min(1),
  /** Absent: the request's. 0 asks without counting. */
  hits: z.int().min(0).optional(),
  /** The hits are given back. */
  negative: z.literal(true).optional(),
  /** A limit that the request brought along. */
  limit: z
    .strictObject({
      requests: uint32,
      unit: z
        .string()
        .refine((unit) => parseUnit(unit) !== undefined, { error: 'expected a unit such as hour' }),
      multiplier: uint32.optional(),
    })
    .optional(),
});

/** One request to the rate limit service, as a line of JSON. */
export const trafficLineSchema = z.strictObject({
  at: z
    .union([z.int().min(0), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))], {
      error: 'expected a time: milliseconds since 1970, or such as 2026-01-31T12:00:00.000Z',
    })
    .describe('when it came'),
  domain: z.string().min(1),
  /** Absent: 1. */
  hits: uint32.optional(),
  descriptors: z.array(descriptorSchema).min(1),
  /** Names who holds a place of a limit on what runs at the same time. */
  lease: z.string().optional(),
  /** What was answered then; for people. */
  code: z.enum(['OK', 'OVER_LIMIT']).optional(),
});

export type TrafficLine = z.infer<typeof trafficLineSchema>;

/** The request of a line, as the service would have got it. */
export function requestOf({ domain, hits, descriptors }: TrafficLine): RateLimitRequest {
  return {
    domain,
    hits_addend: hits ?? 0,
    descriptors: descriptors.map(({ entries, hits: own, negative = false, limit }) => ({
      entries,
      hits_addend: own === undefined ? null : { value: own },
      is_negative_hits: negative,
      limit: limit
        ? {
            requests_per_unit: limit.requests,
            unit: limit.unit.toUpperCase(),
            unit_multiplier: limit.multiplier === undefined ? null : { value: limit.multiplier },
          }
        : null,
    })),
  };
}

/** A request as a line of JSON, without its line end. */
export function formatTrafficLine(
  atMs: number,
  { domain, hits_addend, descriptors }: RateLimitRequest,
  lease: string | undefined,
  code: 'OK' | 'OVER_LIMIT',
): string {
  return JSON.stringify({
    at: atMs,
    domain,
    ...(hits_addend > 0 && { hits: hits_addend }),
    descriptors: descriptors.map(({ entries, hits_addend: own, is_negative_hits, limit }) => ({
      entries: entries.map(({ key, value }) => ({ key, value })),
      ...(own !== null && { hits: own.value }),
      ...(is_negative_hits && { negative: true }),
      ...(limit !== null && {
        limit: {
          requests: limit.requests_per_unit,
          unit: String(limit.unit).toLowerCase(),
          ...(limit.unit_multiplier !== null && { multiplier: limit.unit_multiplier.value }),
        },
      }),
    })),
    ...(lease !== undefined && { lease }),
    code,
  } satisfies z.input<typeof trafficLineSchema>);
}
