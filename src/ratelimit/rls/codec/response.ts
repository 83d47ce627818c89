import { bytesTag, MessageWriter, varintTag } from '../../../protobuf/index.ts';
import {
  type Code,
  type CurrentLimit,
  type DescriptorStatus,
  type RateLimitResponse,
  UNITS,
} from '../message.ts';
import { writeStruct } from './struct.ts';

// Numbers of the fields as in protos/envoy/service/ratelimit/v3/rls.proto and what it imports.
const OVERALL_CODE = varintTag(1);
const STATUSES = bytesTag(2);
const RESPONSE_HEADERS = bytesTag(3);
const RAW_BODY = bytesTag(5);
const DYNAMIC_METADATA = bytesTag(6);

const STATUS_CODE = varintTag(1);
const CURRENT_LIMIT = bytesTag(2);
const LIMIT_REMAINING = varintTag(3);
const DURATION_UNTIL_RESET = bytesTag(4);

const REQUESTS_PER_UNIT = varintTag(1);
const UNIT = varintTag(2);
const NAME = bytesTag(3);
const UNIT_MULTIPLIER = bytesTag(4);

const HEADER_KEY = bytesTag(1);
const HEADER_VALUE = bytesTag(2);
/** Of google.protobuf.UInt32Value, and the seconds of google.protobuf.Duration. */
const FIRST = varintTag(1);

const CODES: Record<Code, number> = { OK: 1, OVER_LIMIT: 2 };

const writer = new MessageWriter();

/** An envoy.service.ratelimit.v3.RateLimitResponse. */
export function encodeResponse(response: RateLimitResponse): Uint8Array {
  const { overall_code, statuses, response_headers_to_add: headers, raw_body, dynamic_metadata } = response;
  writer.reset().uint32(OVERALL_CODE, CODES[overall_code]);
  for (const status of statuses) writeStatus(status);
  if (headers !== undefined) for (const header of headers) writeHeader(header);
  if (raw_body !== undefined) writer.bytes(RAW_BODY, raw_body);
  if (dynamic_metadata !== undefined) writeStruct(writer, DYNAMIC_METADATA, dynamic_metadata);
  return writer.finish();
}

function writeStatus(status: DescriptorStatus): void {
  const { code, current_limit: limit, limit_remaining: remaining, duration_until_reset: reset } = status;
  const start = writer.begin(STATUSES);
  writer.uint32(STATUS_CODE, CODES[code]);
  if (limit !== undefined) writer.raw(currentLimitField(limit));
  if (remaining !== undefined && remaining > 0) writer.uint32(LIMIT_REMAINING, remaining);
  if (reset !== undefined) {
    const duration = writer.begin(DURATION_UNTIL_RESET);
    writer.int64(FIRST, reset.seconds).end(duration);
  }
  writer.end(start);
}

function writeHeader({ key, value }: { key: string; value: string }): void {
  const start = writer.begin(RESPONSE_HEADERS);
  writer.string(HEADER_KEY, key).string(HEADER_VALUE, value).end(start);
}

/** What answers tell of a limit does not change, so it is written once for each. */
const currentLimitFields = new WeakMap<CurrentLimit, Uint8Array>();

function currentLimitField(limit: CurrentLimit): Uint8Array {
  let field = currentLimitFields.get(limit);
  if (field === undefined) {
    field = encodeCurrentLimit(limit);
    currentLimitFields.set(limit, field);
  }
  return field;
}

function encodeCurrentLimit({ name, requests_per_unit, unit, unit_multiplier }: CurrentLimit): Uint8Array {
  const writer = new MessageWriter();
  const start = writer.begin(CURRENT_LIMIT);
  if (requests_per_unit > 0) writer.uint32(REQUESTS_PER_UNIT, requests_per_unit);
  writer.uint32(UNIT, UNITS.indexOf(unit));
  if (name !== '') writer.string(NAME, name);
  if (unit_multiplier !== undefined) {
    const multiplier = writer.begin(UNIT_MULTIPLIER);
    writer.uint32(FIRST, unit_multiplier.value).end(multiplier);
  }
  return writer.end(start).finish();
}
