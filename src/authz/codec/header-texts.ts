import { type MessageReader, RecentTexts } from '../../protobuf/index.ts';
import { noHeaders, REQUEST_HEADERS, type RequestHeader, type RequestHeaders } from '../request-headers.ts';

/** Headers whose values are few, none of them secret. */
const OF_FEW: ReadonlySet<RequestHeader> = new Set([
  'content-type',
  'x-envoy-auth-partial-body',
  'x-forwarded-for',
]);
const IS_OF_FEW = REQUEST_HEADERS.map((name) => OF_FEW.has(name));
const few = new RecentTexts();

/** The headers of a message, each of which becomes a text when it is asked for: most of them never are. */
export class HeaderTexts implements RequestHeaders {
  // Each reads its text; defined below for all of them.
  declare readonly authorization: string | undefined;
  declare readonly 'content-encoding': string | undefined;
  declare readonly 'content-type': string | undefined;
  declare readonly origin: string | undefined;
  declare readonly 'x-api-key': string | undefined;
  declare readonly 'x-branch': string | undefined;
  declare readonly 'x-envoy-auth-partial-body': string | undefined;
  declare readonly 'x-forwarded-for': string | undefined;
  declare readonly 'x-gatehouse-id-token': string | undefined;
  declare readonly 'x-repo': string | undefined;
  declare readonly 'x-request-id': string | undefined;
  readonly #reader: MessageReader;
  /** At the index of each in REQUEST_HEADERS: its text, or where it is in the message. */
  readonly #values: (string | number | undefined)[] = NONE.slice();

  constructor(reader: MessageReader) {
    this.#reader = reader;
  }

  /** Of one that occurs twice the last counts. @param position of its value, undefined where it is empty */
  put(index: number, position: number | undefined): void {
    if (position !== undefined) this.#reader.checkStringAt(position);
    this.#values[index] = position ?? '';
  }

  /** Joined to what was put there before, as Envoy does in its map of headers. */
  add(index: number, text: string): void {
    const before = this.#values[index];
    this.#values[index] = before === undefined ? text : `${before},${text}`;
  }

  textAt(index: number): string | undefined {
    const value = this.#values[index];
    if (typeof value !== 'number') return value;
    const text = IS_OF_FEW[index] ? this.#reader.recentAt(value, few) : this.#reader.stringAt(value);
    this.#values[index] = text;
    return text;
  }

  /** All of them as texts. */
  all(): RequestHeaders {
    const headers = noHeaders();
    for (const [index, name] of REQUEST_HEADERS.entries()) headers[name] = this.textAt(index);
    return headers;
  }

  /** A view of its bytes, where it has not been made a text. */
  bytesAt(index: number): Buffer | undefined {
    const value = this.#values[index];
    return typeof value === 'number' ? this.#reader.bytesAt(value) : undefined;
  }
}

const NONE: undefined[] = new Array(REQUEST_HEADERS.length).fill(undefined);

for (const [index, name] of REQUEST_HEADERS.entries()) {
  Object.defineProperty(HeaderTexts.prototype, name, {
    get(this: HeaderTexts) {
      return this.textAt(index);
    },
  });
}
