import type { FieldName } from './field-name.ts';
import { ENTRY_OVERHEAD_BYTES, HeaderField, sizeOf } from './header-field.ts';

/**
 * RFC 7541 2.3.2: the fields that a connection has seen last, in the order in which they came. Of values it keeps the
 * octets, and makes a field of an entry that is referred to: most of those that come with each call, such as a
 * traceparent, never are.
 */
export class DynamicTable {
  /** Rings, as long as there may be entries: `#next` is where the next one goes. */
  readonly #names: (FieldName | undefined)[];
  readonly #fields: (HeaderField | undefined)[];
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;
  #next = 0;
  #count = 0;
  #bytes = 0;
  #maxBytes: number;
  /** Values, one after the other, and from the start again where the end is near. */
  readonly values: Buffer;
  #free = 0;

  /** @param maxBytes the most that a size update may ask for */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    // No entry is smaller than its overhead, so no more than these fit.
    const entries = Math.ceil(maxBytes / ENTRY_OVERHEAD_BYTES) + 1;
    this.#names = new Array(entries).fill(undefined);
    this.#fields = new Array(entries).fill(undefined);
    this.#starts = new Int32Array(entries);
    this.#lengths = new Int32Array(entries);
    // Of those in the table, what is left unused before the end, and the next one.
    this.values = Buffer.alloc(3 * maxBytes);
  }

  /** @param index 0 is the newest */
  at(index: number): HeaderField | undefined {
    if (index >= this.#count) return undefined;
    const at = this.#placeOf(index);
    this.#fields[at] ??= this.#fieldAt(at);
    return this.#fields[at];
  }

  /** The same of its name alone. */
  nameAt(index: number): FieldName | undefined {
    return index < this.#count ? this.#names[this.#placeOf(index)] : undefined;
  }

  /** Adds a field as it is (RFC 7541 4.4). */
  add(field: HeaderField): void {
    const { fieldName, value, length } = field;
    if (field.size <= this.#maxBytes) this.values.write(value, this.reserve(length), 'latin1');
    this.addReserved(fieldName, length);
  }

  /** @returns where in `values` an entry's value is to be written, of the table's whole size at most */
  reserve(octets: number): number {
    if (this.#free + octets > this.values.length) this.#free = 0;
    return this.#free;
  }

  /**
   * RFC 7541 4.4: evicts what is oldest until the entry fits; one that never does leaves the table empty.
   * @param octets of the value, which has been written to where it was reserved
   */
  addReserved(name: FieldName, octets: number): void {
    const bytes = sizeOf(name, octets);
    this.#evictTo(this.#maxBytes - bytes);
    if (bytes > this.#maxBytes) return;
    const at = this.#next;
    this.#names[at] = name;
    this.#fields[at] = undefined;
    this.#starts[at] = this.#free;
    this.#lengths[at] = octets;
    this.#free += octets;
    this.#next = at + 1 === this.#names.length ? 0 : at + 1;
    this.#count += 1;
    this.#bytes += bytes;
  }

  /** RFC 7541 4.3. */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evictTo(maxBytes);
  }

  #evictTo(bytes: number): void {
    while (this.#count > 0 && this.#bytes > bytes) {
      const oldest = this.#placeOf(this.#count - 1);
      this.#bytes -= sizeOf(this.#names[oldest] as FieldName, this.#lengths[oldest] as number);
      this.#count -= 1;
    }
  }

  #placeOf(index: number): number {
    const at = this.#next - 1 - index;
    return at < 0 ? at + this.#names.length : at;
  }

  #fieldAt(at: number): HeaderField {
    const start = this.#starts[at] as number;
    const end = start + (this.#lengths[at] as number);
    return HeaderField.of(this.#names[at] as FieldName, this.values.toString('latin1', start, end));
  }
}
