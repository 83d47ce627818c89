import { ConnectionError, ErrorCode } from '../error-code.ts';
import { DynamicTable } from './dynamic-table.ts';
import { type FieldName, fieldName } from './field-name.ts';
import { HeaderField, isBlank } from './header-field.ts';
import { decodeHuffman, expandHuffman, mostOctets } from './huffman.ts';
import { LastLiteral } from './last-literal.ts';
import { STATIC_TABLE } from './static-table.ts';

/** RFC 9113 6.5.2: SETTINGS_HEADER_TABLE_SIZE that holds without one, and that this endpoint leaves so. */
export const HEADER_TABLE_BYTES = 4096;

const EMPTY: Buffer = Buffer.alloc(0);

/** RFC 7541 5.1 leaves the limit to implementations: more than what 28 bits hold is nothing that a peer needs. */
const MAX_INTEGER_OCTETS = 4;

const BEYOND_TABLES = 'an index is beyond the header tables';

export interface FieldSink {
  field(field: HeaderField): void;
}

/** Reads the header blocks of one connection (RFC 7541), all of them, in the order in which they came. */
export class HpackDecoder {
  readonly #table = new DynamicTable(HEADER_TABLE_BYTES);
  readonly #last = new LastLiteral();
  // Where it reads, for as long as it reads one block.
  #bytes: Buffer = EMPTY;
  #at = 0;
  #end = 0;

  /** @throws ConnectionError COMPRESSION_ERROR: the table can no longer be what the peer thinks it is */
  decode(bytes: Buffer, start: number, end: number, sink: FieldSink): void {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#readSizeUpdates();
    while (this.#at < this.#end) {
      const first = bytes[this.#at] as number;
      if (first >= 0x80) {
        // 6.1 Indexed Header Field
        sink.field(this.#indexed(this.#readInteger(7)));
      } else if (first >= 0x40) {
        // 6.2.1 Literal Header Field with Incremental Indexing
        sink.field(this.#readIndexedLiteral());
      } else if (first >= 0x20) {
        // 4.2: only where a block begins
        fail('a size update is not where it belongs');
      } else if (first >= 0x10) {
        // 6.2.3 Literal Header Field Never Indexed
        sink.field(HeaderField.of(this.#readName(4), this.#readString()));
      } else {
        // 6.2.2 Literal Header Field without Indexing
        sink.field(this.#readLiteral());
      }
    }
    this.#bytes = EMPTY;
  }

  /** 6.3. An encoder that changed the size more than once says the smallest and the last (4.2), so two at most. */
  #readSizeUpdates(): void {
    for (
      let count = 0;
      this.#at < this.#end && ((this.#bytes[this.#at] as number) & 0xe0) === 0x20;
      count += 1
    ) {
      const maxBytes = this.#readInteger(5);
      if (maxBytes > HEADER_TABLE_BYTES) fail('the header table would be larger than allowed');
      if (count === 2) fail('the header table changes its size too often');
      this.#table.resize(maxBytes);
    }
  }

  #readName(prefixBits: number): FieldName {
    const index = this.#readInteger(prefixBits);
    if (index === 0) return fieldName(this.#readString());
    const name =
      index <= STATIC_TABLE.length
        ? STATIC_TABLE[index - 1]?.fieldName
        : this.#table.nameAt(index - STATIC_TABLE.length - 1);
    return name ?? fail(BEYOND_TABLES);
  }

  #readLiteral(): HeaderField {
    const name = this.#readName(4);
    const before = this.#at;
    const isHuffman = this.#isHuffman();
    const start = this.#skipString();
    const known = this.#last.find(name, this.#bytes, before, this.#at);
    if (known !== undefined) return known;
    const field = HeaderField.of(name, this.#text(isHuffman, start, this.#at));
    this.#last.keep(field, this.#bytes, before, this.#at);
    return field;
  }

  /**
   * A literal that the table keeps. Where its value is coded by Huffman it is decoded to where the table has it, and made a
   * string when somebody asks for one.
   */
  #readIndexedLiteral(): HeaderField {
    const name = this.#readName(6);
    const isHuffman = this.#isHuffman();
    const start = this.#skipString();
    const end = this.#at;
    const table = this.#table;
    if (!isHuffman || mostOctets(end - start) > HEADER_TABLE_BYTES) {
      const field = HeaderField.of(name, this.#text(isHuffman, start, end));
      table.add(field);
      return field;
    }
    const { values } = table;
    const to = table.reserve(mostOctets(end - start));
    const { octets: length, isPrintable } = expandHuffman(this.#bytes, start, end, values, to);
    table.addReserved(name, length);
    const firstOctet = length === 0 ? Number.NaN : (values[to] as number);
    const lastOctet = length === 0 ? Number.NaN : (values[to + length - 1] as number);
    const isPlain = isPrintable && !isBlank(firstOctet) && !isBlank(lastOctet);
    return HeaderField.coded(name, { bytes: this.#bytes, start, end }, { length, lastOctet, isPlain });
  }

  /** 2.3.3 */
  #indexed(index: number): HeaderField {
    const field =
      index <= STATIC_TABLE.length
        ? STATIC_TABLE[index - 1]
        : this.#table.at(index - STATIC_TABLE.length - 1);
    return field ?? fail(BEYOND_TABLES);
  }

  /** 5.1 */
  #readInteger(prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = this.#readOctet() & mask;
    if (value < mask) return value;
    for (let shift = 0; shift < MAX_INTEGER_OCTETS * 7; shift += 7) {
      const octet = this.#readOctet();
      value += (octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
    return fail('a number is too long');
  }

  /** 5.2 */
  #readString(): string {
    const isHuffman = this.#isHuffman();
    const start = this.#skipString();
    return this.#text(isHuffman, start, this.#at);
  }

  #isHuffman(): boolean {
    return this.#at < this.#end && (this.#bytes[this.#at] as number) >= 0x80;
  }

  /** @returns where the string's octets begin; they end where it reads on */
  #skipString(): number {
    const length = this.#readInteger(7);
    const start = this.#at;
    if (start + length > this.#end) fail('a string is longer than its block');
    this.#at = start + length;
    return start;
  }

  #text(isHuffman: boolean, start: number, end: number): string {
    return isHuffman ? decodeHuffman(this.#bytes, start, end) : this.#bytes.toString('latin1', start, end);
  }

  #readOctet(): number {
    if (this.#at === this.#end) fail('a header block ends too early');
    const octet = this.#bytes[this.#at] as number;
    this.#at += 1;
    return octet;
  }
}

function fail(message: string): never {
  throw new ConnectionError(ErrorCode.COMPRESSION_ERROR, message);
}
