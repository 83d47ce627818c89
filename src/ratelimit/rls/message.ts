import type { Json } from '../../rule-files/index.ts';
import type { DescriptorEntry } from '../rules/match.ts';

/** Of envoy.service.ratelimit.v3 what is used, by the names of its .proto files. Scalars that were not sent have their default. */
export interface RateLimitRequest {
  domain: string;
  descriptors: RateLimitDescriptor[];
  hits_addend: number;
}

export interface RateLimitDescriptor {
  entries: DescriptorEntry[];
  limit: RateLimitOverride | null;
  hits_addend: { value: number } | null;
  is_negative_hits: boolean;
}

/** An enum's number stands for itself where it has no name in the .proto files. */
export interface RateLimitOverride {
  requests_per_unit: number;
  unit: string | number;
  unit_multiplier: { value: number } | null;
}

/** envoy.type.v3.RateLimitUnit, and the Unit of an answer, by their numbers. */
export const UNITS = ['UNKNOWN', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'MONTH', 'YEAR', 'WEEK'] as const;

export type Code = 'OK' | 'OVER_LIMIT';

export interface RateLimitResponse {
  overall_code: Code;
  statuses: DescriptorStatus[];
  response_headers_to_add?: { key: string; value: string }[];
  raw_body?: Buffer;
  /** Plain values; the wire's google.protobuf.Struct is made of them at the edge. */
  dynamic_metadata?: { readonly [key: string]: Json };
}

/** What answers tell of a limit. */
export interface CurrentLimit {
  name: string;
  requests_per_unit: number;
  unit: (typeof UNITS)[number];
  unit_multiplier?: { value: number };
}

export interface DescriptorStatus {
  code: Code;
  current_limit?: CurrentLimit;
  limit_remaining?: number;
  duration_until_reset?: { seconds: number };
}
