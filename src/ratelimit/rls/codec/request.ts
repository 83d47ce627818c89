import { bytesTag, MessageReader, RecentTexts, varintTag } from '../../../protobuf/index.ts';
import type { DescriptorEntry } from '../../rules/match.ts';
import {
  type RateLimitDescriptor,
  type RateLimitOverride,
  type RateLimitRequest,
  UNITS,
} from '../message.ts';

// Numbers of the fields as in protos/envoy/service/ratelimit/v3/rls.proto and what it imports.
const DOMAIN = bytesTag(1);
const DESCRIPTORS = bytesTag(2);
const REQUEST_HITS = varintTag(3);

const ENTRIES = bytesTag(1);
const LIMIT = bytesTag(2);
const DESCRIPTOR_HITS = bytesTag(3);
const IS_NEGATIVE_HITS = varintTag(4);

const KEY = bytesTag(1);
const VALUE = bytesTag(2);

const REQUESTS_PER_UNIT = varintTag(1);
const UNIT = varintTag(2);
const UNIT_MULTIPLIER = bytesTag(3);

/** Of google.protobuf.UInt32Value and UInt64Value. */
const WRAPPED = varintTag(1);

/** Domains, and keys of descriptors. */
const names = new RecentTexts();

/**
 * An envoy.service.ratelimit.v3.RateLimitRequest. Of a field that is there twice the last one counts; messages that are
 * there twice are merged, lists are joined (https://protobuf.dev/programming-guides/encoding/#last-one-wins).
 * @throws MessageError
 */
export function decodeRequest(bytes: Uint8Array): RateLimitRequest {
  const reader = new MessageReader(bytes);
  const request: RateLimitRequest = { domain: '', descriptors: [], hits_addend: 0 };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === DESCRIPTORS) request.descriptors.push(readDescriptor(reader));
    else if (tag === DOMAIN) request.domain = reader.recent(names);
    else if (tag === REQUEST_HITS) request.hits_addend = reader.uint32();
    else reader.skip(tag);
  }
  return request;
}

function readDescriptor(reader: MessageReader): RateLimitDescriptor {
  const descriptor: RateLimitDescriptor = {
    entries: [],
    limit: null,
    hits_addend: null,
    is_negative_hits: false,
  };
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === ENTRIES) descriptor.entries.push(readEntry(reader));
    else if (tag === DESCRIPTOR_HITS)
      descriptor.hits_addend = readUint64Value(reader, descriptor.hits_addend);
    else if (tag === IS_NEGATIVE_HITS) descriptor.is_negative_hits = reader.bool();
    else if (tag === LIMIT) descriptor.limit = readOverride(reader, descriptor.limit);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
  return descriptor;
}

function readEntry(reader: MessageReader): DescriptorEntry {
  let key = '';
  let value = '';
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === KEY) key = reader.recent(names);
    else if (tag === VALUE) value = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
  return { key, value };
}

function readOverride(reader: MessageReader, before: RateLimitOverride | null): RateLimitOverride {
  const override = before ?? { requests_per_unit: 0, unit: 'UNKNOWN', unit_multiplier: null };
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === REQUESTS_PER_UNIT) override.requests_per_unit = reader.uint32();
    else if (tag === UNIT) override.unit = unitOf(reader.int32());
    else if (tag === UNIT_MULTIPLIER)
      override.unit_multiplier = readUint32Value(reader, override.unit_multiplier);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
  return override;
}

function unitOf(number: number): string | number {
  return UNITS[number] ?? number;
}

function readUint32Value(reader: MessageReader, before: { value: number } | null): { value: number } {
  let value = before?.value ?? 0;
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === WRAPPED) value = reader.uint32();
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
  return { value };
}

function readUint64Value(reader: MessageReader, before: { value: number } | null): { value: number } {
  let value = before?.value ?? 0;
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === WRAPPED) value = reader.uint64();
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
  return { value };
}
