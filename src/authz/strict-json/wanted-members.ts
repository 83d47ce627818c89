import { KnownTexts } from '../../protobuf/index.ts';

/**
 * Stands in front of a name while it is compared. V8 hashes texts of decimal digits without its secret seed, so
 * that a caller could choose some that collide; with the mark they are hashed like others. Being the quote
 * that precedes a name anyway it costs no copy.
 */
export const MARK = '"';

/** A member of the top-level object that is asked for. */
export interface WantedMember<Name extends string = string> {
  name: Name;
  /** The name with the mark in front. */
  marked: string;
}

/** Those that are asked for, to be found by their bytes: that costs less than to make a text of each name. */
export class WantedMembers<Name extends string> {
  readonly #all: readonly WantedMember<Name>[];
  readonly #names: KnownTexts;

  constructor(names: readonly Name[]) {
    this.#all = names.map((name) => ({ name, marked: MARK + name }));
    this.#names = new KnownTexts(names);
  }

  /** The one whose name is spelt by bytes[from, to). */
  spelt(bytes: Uint8Array, from: number, to: number): WantedMember<Name> | undefined {
    const index = this.#names.find(bytes, from, to);
    return index < 0 ? undefined : this.#all[index];
  }

  /** @param marked a name with the mark in front */
  named(marked: string): WantedMember<Name> | undefined {
    return this.#all.find((wanted) => wanted.marked === marked);
  }
}
