import { z } from 'zod';
import { type RateLimitRequest, UNITS } from './message.ts';

const MAX_UINT32 = 2 ** 32 - 1;

/** Absent and null are the same (https://protobuf.dev/programming-guides/json/). */
function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** A number, or a text that holds one, as 64-bit integers have to be written. */
function whole(max: number) {
  const number = z.union([
    z.number(),
    z
      .string()
      .regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/)
      .transform(Number),
  ]);
  return number.pipe(z.number().int().min(0).max(max));
}

/** Every field may be written as in JSON and as in the .proto file, but not as both. */
function either<Value>(camel: Value | undefined, snake: Value | undefined, context: z.RefinementCtx) {
  if (camel !== undefined && snake !== undefined) {
    context.addIssue({ code: 'custom', message: 'the field is there twice' });
  }
  return camel ?? snake;
}

/** envoy.type.v3.RateLimitUnit by name or number. */
const unitSchema = z.union([
  z.enum(UNITS),
  z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .transform((number) => UNITS[number] ?? number),
]);

const overrideSchema = z
  .strictObject({
    requestsPerUnit: optional(whole(MAX_UINT32)),
    requests_per_unit: optional(whole(MAX_UINT32)),
    unit: optional(unitSchema),
    unitMultiplier: optional(whole(MAX_UINT32)),
    unit_multiplier: optional(whole(MAX_UINT32)),
  })
  .transform((override, context) => {
    const multiplier = either(override.unitMultiplier, override.unit_multiplier, context);
    return {
      requests_per_unit: either(override.requestsPerUnit, override.requests_per_unit, context) ?? 0,
      unit: override.unit ?? 'UNKNOWN',
      unit_multiplier: multiplier === undefined ? null : { value: multiplier },
    };
  });

const entrySchema = z
  .strictObject({ key: optional(z.string()), value: optional(z.string()) })
  .transform(({ key = '', value = '' }) => ({ key, value }));

const descriptorSchema = z
  .strictObject({
    entries: optional(z.array(entrySchema)),
    limit: optional(overrideSchema),
    hitsAddend: optional(whole(Number.MAX_SAFE_INTEGER)),
    hits_addend: optional(whole(Number.MAX_SAFE_INTEGER)),
    isNegativeHits: optional(z.boolean()),
    is_negative_hits: optional(z.boolean()),
  })
  .transform((descriptor, context) => {
    const hits = either(descriptor.hitsAddend, descriptor.hits_addend, context);
    return {
      entries: descriptor.entries ?? [],
      limit: descriptor.limit ?? null,
      hits_addend: hits === undefined ? null : { value: hits },
      is_negative_hits: either(descriptor.isNegativeHits, descriptor.is_negative_hits, context) ?? false,
    };
  });

const requestSchema = z
  .strictObject({
    domain: optional(z.string()),
    descriptors: optional(z.array(descriptorSchema)),
    hitsAddend: optional(whole(MAX_UINT32)),
    hits_addend: optional(whole(MAX_UINT32)),
  })
  .transform(
    (request, context): RateLimitRequest => ({
      domain: request.domain ?? '',
      descriptors: request.descriptors ?? [],
      hits_addend: either(request.hitsAddend, request.hits_addend, context) ?? 0,
    }),
  );

/**
 * A RateLimitRequest from its JSON, as Go's protojson reads it: an unknown field, or a value of another type, is wrong.
 * @returns undefined where it is none
 */
export function parseJsonRequest(body: Buffer): RateLimitRequest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
  return requestSchema.safeParse(value).data;
}
