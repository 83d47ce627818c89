import { bytesTag, KnownTexts, MessageReader, varintTag } from '../../protobuf/index.ts';
import type { CheckRequest } from '../check-request.ts';
import { noHeaders, REQUEST_HEADERS, type RequestHeaders } from '../request-headers.ts';

/** Field numbers are those of protos/envoy/service/auth/v3/attribute_context.proto and what it imports. */
const CHECK = { attributes: bytesTag(1) };
const ATTRIBUTES = { source: bytesTag(1), request: bytesTag(4) };
const PEER = { address: bytesTag(1), certificate: bytesTag(5) };
const ADDRESS = { socketAddress: bytesTag(1) };
const SOCKET_ADDRESS = { address: bytesTag(2) };
const REQUEST = { http: bytesTag(2) };
const HTTP = {
  id: bytesTag(1),
  method: bytesTag(2),
  headers: bytesTag(3),
  path: bytesTag(4),
  size: varintTag(9),
  body: bytesTag(11),
  rawBody: bytesTag(12),
  headerMap: bytesTag(13),
};
const HEADER_ENTRY = { key: bytesTag(1), value: bytesTag(2) };
const HEADER_MAP = { headers: bytesTag(1) };
const HEADER_VALUE = { key: bytesTag(1), value: bytesTag(2), rawValue: bytesTag(3) };

const HEADER_NAMES = new KnownTexts(REQUEST_HEADERS);
const NOTHING = new Uint8Array();
const ABSENT = -1;

/** What was read so far. */
interface Draft {
  isHttp: boolean;
  id: string;
  method: string;
  path: string;
  size: number;
  headers: RequestHeaders;
  /** In place of the others where the filter has `encode_raw_headers`. */
  rawHeaders: RequestHeaders | undefined;
  body: Uint8Array;
  /** In place of the other where the filter has `pack_as_bytes`. */
  rawBody: Uint8Array;
  peerAddress: string;
  peerCertificate: string;
}

/**
 * Reads a CheckRequest from its bytes, and of it nothing but what a decision depends on. A message in several parts is
 * put together, and of a field that occurs twice the last counts (https://protobuf.dev/programming-guides/encoding/#last-one-wins).
 * @param bytes the body that is given back is a view of them
 * @throws MessageError where they are no such message
 */
export function decodeCheckRequest(bytes: Uint8Array): CheckRequest {
  const draft: Draft = {
    ...{ isHttp: false, id: '', method: '', path: '', size: 0, peerAddress: '', peerCertificate: '' },
    ...{ headers: noHeaders(), rawHeaders: undefined, body: NOTHING, rawBody: NOTHING },
  };
  const reader = new MessageReader(bytes);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === CHECK.attributes) readAttributes(reader, draft);
    else reader.skip(tag);
  }
  const { isHttp, id, method, path, size, peerAddress, peerCertificate } = draft;
  const headers = draft.rawHeaders ?? draft.headers;
  const body = draft.rawBody.length > 0 ? draft.rawBody : draft.body;
  return {
    http: isHttp ? { id, method, path, size, headers, body } : undefined,
    peerAddress,
    peerCertificate,
  };
}

function readAttributes(reader: MessageReader, draft: Draft): void {
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === ATTRIBUTES.request) readRequest(reader, draft);
    else if (tag === ATTRIBUTES.source) readPeer(reader, draft);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
}

function readPeer(reader: MessageReader, draft: Draft): void {
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === PEER.address) readAddress(reader, draft);
    else if (tag === PEER.certificate) draft.peerCertificate = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
}

function readAddress(reader: MessageReader, draft: Draft): void {
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === ADDRESS.socketAddress) readSocketAddress(reader, draft);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
}

function readSocketAddress(reader: MessageReader, draft: Draft): void {
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === SOCKET_ADDRESS.address) draft.peerAddress = reader.string();
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
}

function readRequest(reader: MessageReader, draft: Draft): void {
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === REQUEST.http) readHttp(reader, draft);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
}

function readHttp(reader: MessageReader, draft: Draft): void {
  draft.isHttp = true;
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    switch (tag) {
      case HTTP.headers:
        readHeader(reader, draft.headers);
        break;
      case HTTP.id:
        draft.id = reader.string();
        break;
      case HTTP.method:
        draft.method = reader.string();
        break;
      case HTTP.path:
        draft.path = reader.string();
        break;
      case HTTP.size:
        draft.size = reader.int64();
        break;
      case HTTP.body:
        draft.body = reader.bytes();
        break;
      case HTTP.rawBody:
        draft.rawBody = reader.bytes();
        break;
      case HTTP.headerMap:
        draft.rawHeaders ??= noHeaders();
        readHeaderMap(reader, draft.rawHeaders);
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.leave(outerEnd);
}

/** An entry of a map of texts. Most are of headers that nothing depends on, so a value is made a text only at the end. */
function readHeader(reader: MessageReader, headers: RequestHeaders): void {
  const outerEnd = reader.enter();
  let name: keyof RequestHeaders | undefined;
  let value = ABSENT;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === HEADER_ENTRY.key) {
      name = reader.known(HEADER_NAMES);
    } else {
      if (tag === HEADER_ENTRY.value) value = reader.position();
      reader.skip(tag);
    }
  }
  if (name !== undefined) headers[name] = value === ABSENT ? '' : reader.stringAt(value);
  reader.leave(outerEnd);
}

function readHeaderMap(reader: MessageReader, headers: RequestHeaders): void {
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === HEADER_MAP.headers) readHeaderValue(reader, headers);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
}

/** Joins repeated ones as Envoy does in its map of headers. */
function readHeaderValue(reader: MessageReader, headers: RequestHeaders): void {
  const outerEnd = reader.enter();
  let name: keyof RequestHeaders | undefined;
  let value = '';
  let rawValue: Uint8Array = NOTHING;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === HEADER_VALUE.key) name = reader.known(HEADER_NAMES);
    else if (tag === HEADER_VALUE.value) value = reader.string();
    else if (tag === HEADER_VALUE.rawValue) rawValue = reader.bytes();
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
  if (name === undefined) return;
  const text = rawValue.length > 0 ? Buffer.from(rawValue).toString() : value;
  const before = headers[name];
  headers[name] = before === undefined ? text : `${before},${text}`;
}
