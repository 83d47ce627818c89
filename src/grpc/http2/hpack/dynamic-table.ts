import { ENTRY_OVERHEAD_BYTES, type HeaderField } from './header-field.ts';

/** RFC 7541 2.3.2: the fields that a connection has seen last, in the order in which they came. */
export class DynamicTable {
  /** A ring: `#next` is where the next entry goes. */
  readonly #ring: (HeaderField | undefined)[];
  #next = 0;
  #count = 0;
  #bytes = 0;
  #maxBytes: number;

  /** @param maxBytes the most that a size update may ask for */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    // No entry is smaller than its overhead, so no more than these fit.
    this.#ring = new Array(Math.ceil(maxBytes / ENTRY_OVERHEAD_BYTES) + 1).fill(undefined);
  }

  /** @param index 0 is the newest */
  at(index: number): HeaderField | undefined {
    if (index >= this.#count) return undefined;
    const ring = this.#ring;
    const at = this.#next - 1 - index;
    return ring[at < 0 ? at + ring.length : at];
  }

  /** RFC 7541 4.4: evicts what is oldest until the field fits; one that never does leaves the table empty. */
  add(field: HeaderField): void {
    this.#evictTo(this.#maxBytes - field.size);
    if (field.size > this.#maxBytes) return;
    this.#ring[this.#next] = field;
    this.#next = this.#next + 1 === this.#ring.length ? 0 : this.#next + 1;
    this.#count += 1;
    this.#bytes += field.size;
  }

  /** RFC 7541 4.3. */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evictTo(maxBytes);
  }

  #evictTo(bytes: number): void {
    while (this.#count > 0 && this.#bytes > bytes) {
      const at = this.#next - this.#count;
      const oldest = at < 0 ? at + this.#ring.length : at;
      this.#bytes -= this.#ring[oldest]?.size ?? 0;
      this.#ring[oldest] = undefined;
      this.#count -= 1;
    }
  }
}
