import { bytesTag, KnownTexts, MessageReader, varintTag } from '../../grpc/index.ts';
import type { CheckRequest, HttpRequest } from '../check-request.ts';
import { noHeaders, REQUEST_HEADERS, type RequestHeaders } from '../request-headers.ts';

/** Numbers are those of protos/envoy/service/auth/v3/attribute_context.proto and what it uses. */
const CHECK = { attributes: bytesTag(1) };
const ATTRIBUTES = { source: bytesTag(1), request: bytesTag(4) };
const REQUEST = { http: bytesTag(2) };
const PEER = { address: bytesTag(1), certificate: bytesTag(5) };
const ADDRESS = { socketAddress: bytesTag(1) };
const SOCKET_ADDRESS = { address: bytesTag(2) };
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
const MAP_ENTRY = { key: bytesTag(1), value: bytesTag(2) };
const HEADER_MAP = { headers: bytesTag(1) };
const HEADER_VALUE = { key: bytesTag(1), value: bytesTag(2), rawValue: bytesTag(3) };

const HEADER_NAMES = new KnownTexts(REQUEST_HEADERS);
const NO_BODY = new Uint8Array();

/**
 * Reads a CheckRequest from its bytes, and of it nothing but what a decision depends on. A message that comes in
 * parts is put together (https://protobuf.dev/programming-guides/encoding/#last-one-wins).
 * @param bytes the body in the answer is a view of them
 * @throws MessageError where they are no such message
 */
export function decodeCheckRequest(bytes: Uint8Array): CheckRequest {
  const reader = new MessageReader(bytes);
  const request: CheckRequest = { http: undefined, peerAddress: '', peerCertificate: '' };
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === CHECK.attributes) readAttributes(reader, request);
    else reader.skip(tag);
  }
  const { http } = request;
  if (http instanceof HttpReading) request.http = http.finish();
  return request;
}

function readAttributes(reader: MessageReader, request: CheckRequest): void {
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === ATTRIBUTES.request) readRequest(reader, request);
    else if (tag === ATTRIBUTES.source) readSource(reader, request);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
}
