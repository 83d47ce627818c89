import type { FieldName } from './field-name.ts';
import { decodeHuffman } from './huffman.ts';

/** RFC 7541 4.1: what an entry counts beyond the octets of its name and value. */
export const ENTRY_OVERHEAD_BYTES = 32;

const NOWHERE: Buffer = Buffer.alloc(0);

/**
 * A name and a value, each character one octet. Entries of the tables are shared by all header lists that refer to
 * them, so what is found out of a field once is known for good.
 */
export class HeaderField {
  readonly fieldName: FieldName;
  /** Octets of the value. */
  readonly length: number;
  /** Of the value; NaN where it is empty. */
  readonly lastOctet: number;
  /** RFC 7541 4.1. */
  readonly size: number;
  #value: string | undefined;
  #isWellFormed: boolean | undefined;
  /** Where the value is coded, for as long as it is not decoded. */
  #coded = NOWHERE;
  #start = 0;
  #end = 0;

  private constructor(fieldName: FieldName, value: string | undefined, length: number, lastOctet: number) {
    this.fieldName = fieldName;
    this.#value = value;
    this.length = length;
    this.lastOctet = lastOctet;
    this.size = sizeOf(fieldName, length);
  }

  static of(fieldName: FieldName, value: string): HeaderField {
    return new HeaderField(fieldName, value, value.length, value.charCodeAt(value.length - 1));
  }

  /**
   * One whose value is decoded when it is asked for: of what most calls bring along, such as a traceparent, nobody does.
   * @param coded octets of Huffman's code that are known to be good; they are kept
   * @param isPlain whether the value is known to be printable ASCII without a blank at either end
   */
  static coded(
    fieldName: FieldName,
    { bytes, start, end }: { bytes: Buffer; start: number; end: number },
    { length, lastOctet, isPlain }: { length: number; lastOctet: number; isPlain: boolean },
  ): HeaderField {
    const field = new HeaderField(fieldName, undefined, length, lastOctet);
    field.#coded = bytes;
    field.#start = start;
    field.#end = end;
    if (isPlain) field.#isWellFormed = fieldName.isWellFormed;
    return field;
  }

  get name(): string {
    return this.fieldName.text;
  }

  get value(): string {
    if (this.#value === undefined) {
      this.#value = decodeHuffman(this.#coded, this.#start, this.#end);
      this.#coded = NOWHERE;
    }
    return this.#value;
  }

  /** RFC 9113 8.2: whether the name is a token in lower case, but for the colon of a pseudo-header, and the value is one. */
  get isWellFormed(): boolean {
    this.#isWellFormed ??= this.fieldName.isWellFormed && isFieldValue(this.value);
    return this.#isWellFormed;
  }
}

/** RFC 7541 4.1. */
export function sizeOf(name: FieldName, valueOctets: number): number {
  return name.text.length + valueOctets + ENTRY_OVERHEAD_BYTES;
}

/** RFC 9113 8.2.1: no NUL, line feed or carriage return, and no blank at either end. */
function isFieldValue(value: string): boolean {
  return (
    !FORBIDDEN.test(value) && !isBlank(value.charCodeAt(0)) && !isBlank(value.charCodeAt(value.length - 1))
  );
}

/** A loop over the characters takes four times as long. */
const FORBIDDEN = /[\0\n\r]/;

/** Whether an octet is a space or a tab. */
export function isBlank(octet: number): boolean {
  return octet === 0x20 || octet === 0x09;
}
