import { encodeInteger } from '../../src/grpc/http2/hpack/encoder.ts';
import { CODE_LENGTHS } from '../../src/grpc/http2/hpack/huffman-code.ts';
import { STATIC_FIELDS, STATIC_NAMES } from '../../src/grpc/http2/hpack/static-table.ts';

export type Field = readonly [name: string, value: string];

/** RFC 7541 4.1 and 6.5.2 of RFC 9113. */
const ENTRY_OVERHEAD_BYTES = 32;
const TABLE_BYTES = 4096;
const STATIC_ENTRIES = 61;

/**
 * Writes header blocks of one connection as Envoy 1.40 does, whose bytes were recorded for it: Huffman-coded, and all but
 * the pseudo-headers other than :authority put into the table. So a traceparent, which is another one each time, drives
 * out in turn what does not change, which is then said anew.
 */
export class EnvoyHeaders {
  /** The newest is the last. */
  readonly #table: Field[] = [];
  #bytes = 0;

  encode(fields: readonly Field[]): Buffer {
    return Buffer.concat(fields.map((field) => this.#encode(field)));
  }

  #encode([name, value]: Field): Buffer {
    const whole = STATIC_FIELDS.get(`${name}: ${value}`) ?? this.#find(([n, v]) => n === name && v === value);
    if (whole !== undefined) return encodeInteger(0x80, 7, whole);
    const named = STATIC_NAMES.get(name) ?? this.#find(([known]) => known === name) ?? 0;
    const isKept = !name.startsWith(':') || name === ':authority';
    const start = isKept ? encodeInteger(0x40, 6, named) : encodeInteger(0x00, 4, named);
    if (isKept) this.#add([name, value]);
    return Buffer.concat([start, ...(named === 0 ? [text(name)] : []), text(value)]);
  }

  #find(isIt: (field: Field) => boolean): number | undefined {
    const at = this.#table.findLastIndex(isIt);
    return at < 0 ? undefined : STATIC_ENTRIES + this.#table.length - at;
  }

  #add(field: Field): void {
    this.#bytes += sizeOf(field);
    this.#table.push(field);
    while (this.#bytes > TABLE_BYTES) this.#bytes -= sizeOf(this.#table.shift() ?? ['', '']);
  }
}

function sizeOf([name, value]: Field): number {
  return name.length + value.length + ENTRY_OVERHEAD_BYTES;
}

/** RFC 7541 5.2, Huffman-coded where that is shorter. */
function text(value: string): Buffer {
  const bits = [...value].map((character) => CODES[character.charCodeAt(0)]).join('');
  const bytes = Math.ceil(bits.length / 8);
  if (bytes >= value.length) return Buffer.concat([encodeInteger(0x00, 7, value.length), Buffer.from(value)]);
  const padded = bits.padEnd(bytes * 8, '1');
  const coded = Array.from({ length: bytes }, (_, at) =>
    Number.parseInt(padded.slice(at * 8, at * 8 + 8), 2),
  );
  return Buffer.concat([encodeInteger(0x80, 7, bytes), Buffer.from(coded)]);
}

/** RFC 7541 Appendix B, as texts of bits: the code is canonical. */
const CODES = canonicalCodes();

function canonicalCodes(): string[] {
  const codes: string[] = [];
  const symbols = CODE_LENGTHS.map((bits, symbol) => ({ bits, symbol }));
  symbols.sort((one, other) => one.bits - other.bits || one.symbol - other.symbol);
  let code = 0;
  let codeBits = 0;
  for (const { bits, symbol } of symbols) {
    code *= 2 ** (bits - codeBits);
    codeBits = bits;
    codes[symbol] = code.toString(2).padStart(bits, '0');
    code += 1;
  }
  return codes;
}
