import { decodeUtf8 } from '../../protobuf/index.ts';
import * as char from './characters.ts';
import { MemberNames } from './member-names.ts';
import { MemberValue } from './member-value.ts';
import { numberAt } from './number.ts';
import { JsonRefusal, place } from './problem.ts';
import { RunSearch } from './run-search.ts';
import { MARK, type WantedMember, type WantedMembers } from './wanted-members.ts';

export interface JsonLimits {
  /** Containers within containers, the top-level one counted. */
  maxDepth: number;
  /** Members of one object; a set of very many names is slow to fill. */
  maxMembers: number;
}

/** From here on a search is faster than to look at each byte: 0.04 ns against 1, and 40 ns to begin with. */
const SHORT_RUN = 32;
const HEX_DIGITS = 4;
/** Longer names are cut where a problem quotes them. */
const SHOWN_NAME_LENGTH = 64;
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/**
 * Checks a JSON text (RFC 8259) in one pass over its bytes and finds members of its top-level object. It builds no values
 * and no text of the whole: a body of millions of small ones costs no memory for them. Where the RFC leaves the meaning to
 * the reader it refuses: duplicate names, lone surrogates, deep nesting.
 */
export class JsonScanner<Name extends string> {
  readonly #bytes: Buffer;
  readonly #limits: JsonLimits;
  readonly #wanted: WantedMembers<Name>;
  readonly #found: MemberValue<Name>[] = [];
  #at = 0;
  #depth = 0;
  /** Made for the first long run. */
  #search: RunSearch | undefined;

  /** @param bytes well-formed UTF-8 */
  constructor(bytes: Buffer, limits: JsonLimits, wanted: WantedMembers<Name>) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#wanted = wanted;
  }

  /**
   * Scans the whole text.
   * @returns the wanted members that are there
   * @throws JsonRefusal at the first problem
   */
  scan(): readonly MemberValue<Name>[] {
    this.#skipSpace();
    const isObject = this.#peek() === char.OPEN_BRACE;
    this.#value();
    this.#skipSpace();
    if (this.#at < this.#bytes.length) this.#unexpected('the end');
    if (!isObject) throw new JsonRefusal('not_an_object', 'The top level of the body must be an object.');
    return this.#found;
  }

  /** @returns whether it is a string without escapes */
  #value(): boolean {
    switch (this.#peek()) {
      case char.OPEN_BRACE:
        this.#object();
        break;
      case char.OPEN_BRACKET:
        this.#array();
        break;
      case char.QUOTE:
        return !this.#string();
      case char.LOWER_T:
        this.#literal(TRUE);
        break;
      case char.LOWER_F:
        this.#literal(FALSE);
        break;
      case char.LOWER_N:
        this.#literal(NULL);
        break;
      default:
        this.#number();
    }
    return false;
  }

  #object(): void {
    this.#enter();
    if (this.#closes(char.CLOSE_BRACE)) return;
    const names = new MemberNames();
    do {
      this.#skipSpace();
      const wanted = this.#name(names);
      this.#skipSpace();
      if (this.#peek() !== char.COLON) this.#unexpected('a colon');
      this.#at += 1;
      this.#skipSpace();
      const start = this.#at;
      const isPlain = this.#value();
      if (wanted !== undefined && this.#depth === 1) {
        this.#found.push(new MemberValue(wanted.name, this.#bytes, start, this.#at, isPlain));
      }
    } while (this.#continues(char.CLOSE_BRACE, 'a comma or }'));
  }

  /** @returns the wanted member of this name */
  #name(siblings: MemberNames): WantedMember<Name> | undefined {
    const start = this.#at;
    if (this.#peek() !== char.QUOTE) this.#unexpected('a name in double quotes');
    const isEscaped = this.#string();
    const end = this.#at - 1;
    let wanted = isEscaped ? undefined : this.#wanted.spelt(this.#bytes, start + 1, end);
    const name = wanted?.marked ?? this.#nameAt(start, end, isEscaped);
    if (isEscaped) wanted = this.#wanted.named(name);
    if (!siblings.add(name)) this.#duplicate(name.slice(MARK.length), start);
    if (siblings.size > this.#limits.maxMembers) {
      throw new JsonRefusal(
        'too_many_members',
        `The object at ${place(this.#bytes, start)} has more than ${this.#limits.maxMembers} members.`,
      );
    }
    return wanted;
  }

  /** @returns the name with the mark in front, which is its first quote */
  #nameAt(start: number, end: number, isEscaped: boolean): string {
    if (!isEscaped) return decodeUtf8(this.#bytes, start, end);
    return MARK + JSON.parse(this.#bytes.toString('utf8', start, end + 1));
  }

  #array(): void {
    this.#enter();
    if (this.#closes(char.CLOSE_BRACKET)) return;
    do {
      this.#skipSpace();
      this.#value();
    } while (this.#continues(char.CLOSE_BRACKET, 'a comma or ]'));
  }

  #enter(): void {
    if (this.#depth === this.#limits.maxDepth) {
      const where = place(this.#bytes, this.#at);
      throw new JsonRefusal(
        'too_deep',
        `The body is nested more than ${this.#limits.maxDepth} levels deep at ${where}.`,
      );
    }
    this.#depth += 1;
    this.#at += 1;
  }

  /** After the opening: whether the container is empty. */
  #closes(end: number): boolean {
    this.#skipSpace();
    if (this.#peek() !== end) return false;
    this.#at += 1;
    this.#depth -= 1;
    return true;
  }

  /** After an element: whether another one follows. */
  #continues(end: number, expected: string): boolean {
    if (this.#closes(end)) return false;
    if (this.#peek() !== char.COMMA) this.#unexpected(expected);
    this.#at += 1;
    return true;
  }

  /** @returns whether the string has escapes */
  #string(): boolean {
    let isEscaped = false;
    this.#at += 1;
    for (;;) {
      const byte = this.#endOfRun();
      if (byte === char.QUOTE) break;
      // Else a control character or the end of the text.
      if (byte !== char.BACKSLASH)
        this.#unexpected('a closing double quote (control characters must be escaped)');
      isEscaped = true;
      this.#escape();
    }
    this.#at += 1;
    return isEscaped;
  }

  /** Goes to the next byte of a string that means something. @returns it; END at the end of the text */
  #endOfRun(): number {
    const bytes = this.#bytes;
    const enough = Math.min(this.#at + SHORT_RUN, bytes.length);
    for (let at = this.#at; at < enough; at += 1) {
      const byte = bytes[at] as number;
      if (char.endsRun(byte)) {
        this.#at = at;
        return byte;
      }
    }
    this.#search ??= new RunSearch(bytes);
    this.#at = this.#search.endFrom(enough);
    return this.#peek();
  }

  #escape(): void {
    switch (this.#bytes[this.#at + 1]) {
      case char.QUOTE:
      case char.BACKSLASH:
      case char.SLASH:
      case char.LOWER_B:
      case char.LOWER_F:
      case char.LOWER_N:
      case char.LOWER_R:
      case char.LOWER_T:
        this.#at += 2;
        break;
      case char.LOWER_U:
        this.#unicodeEscape();
        break;
      default:
        this.#unexpected('an escape that JSON has');
    }
  }

  /** RFC 8259, section 8.2: what a lone surrogate means is unpredictable, so none is let in. */
  #unicodeEscape(): void {
    const start = this.#at;
    const unit = this.#hexUnit();
    if (char.isHighSurrogate(unit) && this.#isEscapeAhead()) {
      const second = this.#hexUnit();
      if (char.isLowSurrogate(second)) return;
    } else if (!char.isHighSurrogate(unit) && !char.isLowSurrogate(unit)) {
      return;
    }
    const where = place(this.#bytes, start);
    throw new JsonRefusal('invalid_encoding', `The escape at ${where} is half of a surrogate pair.`);
  }

  #isEscapeAhead(): boolean {
    return this.#peek() === char.BACKSLASH && this.#bytes[this.#at + 1] === char.LOWER_U;
  }

  /** What the digits after `\u` say. */
  #hexUnit(): number {
    const first = this.#at + 2;
    let unit = 0;
    for (let at = first; at < first + HEX_DIGITS; at += 1) {
      const digit = at < this.#bytes.length ? char.hexDigit(this.#bytes[at] as number) : -1;
      if (digit < 0) this.#unexpected('four hex digits in a \\u escape');
      unit = unit * 16 + digit;
    }
    this.#at = first + HEX_DIGITS;
    return unit;
  }

  #literal(word: Buffer): void {
    const end = this.#at + word.length;
    if (end > this.#bytes.length || !char.isSpelt(this.#bytes, this.#at, word)) this.#unexpected('a value');
    this.#at = end;
  }

  #number(): void {
    const end = numberAt(this.#bytes, this.#at);
    if (end === this.#at) this.#unexpected('a value');
    this.#at = end;
  }

  #skipSpace(): void {
    while (char.isSpace(this.#peek())) this.#at += 1;
  }

  /** END at the end of the text. */
  #peek(): number {
    return this.#at < this.#bytes.length ? (this.#bytes[this.#at] as number) : char.END;
  }

  #duplicate(name: string, at: number): never {
    const shown = JSON.stringify(
      name.length > SHOWN_NAME_LENGTH ? `${name.slice(0, SHOWN_NAME_LENGTH)}...` : name,
    );
    const where = place(this.#bytes, at);
    throw new JsonRefusal('duplicate_key', `The key ${shown} occurs twice in one object, again at ${where}.`);
  }

  #unexpected(expected: string): never {
    const where = place(this.#bytes, this.#at);
    const what = this.#at < this.#bytes.length ? where : `the end (${where})`;
    throw new JsonRefusal('invalid_json', `Expected ${expected} at ${what}.`);
  }
}
