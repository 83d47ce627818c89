import type { FieldName } from './field-name.ts';
import type { HeaderField } from './header-field.ts';

/** Longer ones are not compared: no path of a gRPC method is. */
const MAX_OCTETS = 128;

/**
 * The literal that came last of those that no table keeps. Envoy sends `:path` so, with each call anew, and it is the same
 * with each: to compare its octets takes a tenth of what it takes to decode them.
 */
export class LastLiteral {
  #field: HeaderField | undefined;
  readonly #octets = new Uint8Array(MAX_OCTETS);
  #length = 0;

  /** @param octets of the value as they came, with what says how they are coded */
  find(name: FieldName, octets: Uint8Array, start: number, end: number): HeaderField | undefined {
    const field = this.#field;
    if (field === undefined || field.fieldName !== name || end - start !== this.#length) return undefined;
    for (let at = 0; at < this.#length; at += 1) {
      if (this.#octets[at] !== octets[start + at]) return undefined;
    }
    return field;
  }

  keep(field: HeaderField, octets: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > MAX_OCTETS) return;
    this.#octets.set(octets.subarray(start, end));
    this.#length = length;
    this.#field = field;
  }
}
