import { bytesTag, KnownTexts, MessageReader, RecentTexts, varintTag } from '../../protobuf/index.ts';
import type { CheckRequest, HttpRequest } from '../check-request.ts';
import { REQUEST_HEADERS } from '../request-headers.ts';
import { HeaderTexts } from './header-texts.ts';

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
const AUTHORIZATION = REQUEST_HEADERS.indexOf('authorization');
const NOTHING = new Uint8Array();
/** The bytes of a larger message may be moved to a thread with its body (body/examiner.ts): its texts are read before. */
const MAX_UNREAD_BYTES = 64 * 2 ** 10;

const methods = new RecentTexts();
const paths = new RecentTexts();
const peers = new RecentTexts();

/** What was read so far. */
interface Draft {
  http: HttpDraft | undefined;
  peerAddress: string;
  peerCertificate: string;
}

/** An HTTP request whose texts are read when they are asked for, as far as most requests are decided without them. */
class HttpDraft implements HttpRequest {
  readonly #reader: MessageReader;
  readonly #named: HeaderTexts;
  /** In place of the others where the filter has `encode_raw_headers`. */
  #raw: HeaderTexts | undefined;
  #idAt: number | undefined;
  #body: Uint8Array = NOTHING;
  /** In place of the other where the filter has `pack_as_bytes`. */
  #rawBody: Uint8Array = NOTHING;
  method = '';
  path = '';
  size = 0;

  constructor(reader: MessageReader) {
    this.#reader = reader;
    this.#named = new HeaderTexts(reader);
  }

  get id(): string {
    return this.#idAt === undefined ? '' : this.#reader.stringAt(this.#idAt);
  }

  get headers(): HeaderTexts {
    return this.#raw ?? this.#named;
  }

  get body(): Uint8Array {
    return this.#rawBody.length > 0 ? this.#rawBody : this.#body;
  }

  get authorization(): Uint8Array | undefined {
    return this.headers.bytesAt(AUTHORIZATION);
  }

  read(): void {
    const reader = this.#reader;
    const outerEnd = reader.enter();
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
      switch (tag) {
        case HTTP.headers:
          readHeader(reader, this.#named);
          break;
        case HTTP.id:
          this.#idAt = reader.position();
          reader.checkStringAt(this.#idAt);
          reader.skip(tag);
          break;
        case HTTP.method:
          this.method = reader.recent(methods);
          break;
        case HTTP.path:
          this.path = reader.recent(paths);
          break;
        case HTTP.size:
          this.size = reader.int64();
          break;
        case HTTP.body:
          this.#body = reader.bytes();
          break;
        case HTTP.rawBody:
          this.#rawBody = reader.bytes();
          break;
        case HTTP.headerMap:
          this.#raw ??= new HeaderTexts(reader);
          readHeaderMap(reader, this.#raw);
          break;
        default:
          reader.skip(tag);
      }
    }
    reader.leave(outerEnd);
  }

  /** With all texts read. */
  get whole(): HttpRequest {
    const { id, method, path, size, headers, body } = this;
    return { id, method, path, size, headers: headers.all(), body };
  }
}

/**
 * Reads a CheckRequest from its bytes, and of it nothing but what a decision depends on. A message in several parts is
 * put together, and of a field that occurs twice the last counts (https://protobuf.dev/programming-guides/encoding/#last-one-wins).
 * @param bytes the body that is given back is a view of them, and texts may be read from them later
 * @throws MessageError where they are no such message
 */
export function decodeCheckRequest(bytes: Uint8Array): CheckRequest {
  const draft: Draft = { http: undefined, peerAddress: '', peerCertificate: '' };
  const reader = new MessageReader(bytes);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === CHECK.attributes) readAttributes(reader, draft);
    else reader.skip(tag);
  }
  if (bytes.length <= MAX_UNREAD_BYTES || draft.http === undefined) return draft;
  return { ...draft, http: draft.http.whole };
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
    if (tag === SOCKET_ADDRESS.address) draft.peerAddress = reader.recent(peers);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
}

function readRequest(reader: MessageReader, draft: Draft): void {
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === REQUEST.http) {
      draft.http ??= new HttpDraft(reader);
      draft.http.read();
    } else reader.skip(tag);
  }
  reader.leave(outerEnd);
}

function readHeader(reader: MessageReader, headers: HeaderTexts): void {
  const value = reader.textEntry();
  if (value < 0) {
    readEntry(reader, headers);
    return;
  }
  const header = reader.knownKey(HEADER_NAMES);
  if (header >= 0) headers.put(header, value);
}

/** An entry of a map of texts as any writer may write it. */
function readEntry(reader: MessageReader, headers: HeaderTexts): void {
  const outerEnd = reader.enter();
  let header = -1;
  let value: number | undefined;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === HEADER_ENTRY.key) {
      header = reader.known(HEADER_NAMES);
    } else {
      if (tag === HEADER_ENTRY.value) value = reader.position();
      reader.skip(tag);
    }
  }
  reader.leave(outerEnd);
  if (header >= 0) headers.put(header, value);
}

function readHeaderMap(reader: MessageReader, headers: HeaderTexts): void {
  const outerEnd = reader.enter();
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === HEADER_MAP.headers) readHeaderValue(reader, headers);
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
}

function readHeaderValue(reader: MessageReader, headers: HeaderTexts): void {
  const outerEnd = reader.enter();
  let header = -1;
  let value = '';
  let rawValue: Uint8Array = NOTHING;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === HEADER_VALUE.key) header = reader.known(HEADER_NAMES);
    else if (tag === HEADER_VALUE.value) value = reader.string();
    else if (tag === HEADER_VALUE.rawValue) rawValue = reader.bytes();
    else reader.skip(tag);
  }
  reader.leave(outerEnd);
  if (header >= 0) headers.add(header, rawValue.length > 0 ? Buffer.from(rawValue).toString() : value);
}
