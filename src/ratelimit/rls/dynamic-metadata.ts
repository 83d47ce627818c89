import type { Json } from '../../rule-files/index.ts';
import type { RateLimitDescriptor, RateLimitOverride, RateLimitRequest } from './message.ts';
import type { Outcome } from './outcome.ts';

type JsonObject = { readonly [key: string]: Json };

/**
 * What Envoy gets as dynamic metadata: the request, and the metadata of the rules that had room for it, merged; of
 * what several rules say, the first counts. (As envoyproxy/ratelimit with RESPONSE_DYNAMIC_METADATA.)
 */
export function dynamicMetadata(request: RateLimitRequest, { descriptors }: Outcome): JsonObject {
  let metadata: JsonObject = {};
  for (const { planned, decided } of descriptors) {
    if (planned.kind !== 'limited' || decided?.refuses) continue;
    metadata = merge(metadata, planned.rule.metadata ?? {});
  }
  return {
    domain: request.domain,
    descriptors: request.descriptors.map(told),
    ...(request.hits_addend !== 0 && { hitsAddend: request.hits_addend }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

function told({ entries, limit, hits_addend: hits }: RateLimitDescriptor): JsonObject {
  return {
    entries: entries.map(({ key, value }) => `${key}=${value}`),
    ...(limit && { limit: overrideText(limit) }),
    ...(hits && { hitsAddend: hits.value }),
  };
}

/** Protobuf's text form, in which a 0 is left out. */
function overrideText({ requests_per_unit: requests, unit }: RateLimitOverride): string {
  return [...(requests === 0 ? [] : [`requests_per_unit:${requests}`]), `unit:${unit}`].join(' ');
}

function merge(first: JsonObject, added: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...first };
  for (const [key, value] of Object.entries(added)) {
    const before = merged[key];
    if (before === undefined) merged[key] = value;
    else if (isObject(before) && isObject(value)) merged[key] = merge(before, value);
  }
  return merged;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
