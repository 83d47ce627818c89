import * as char from './characters.ts';
import { MemberNames } from './member-names.ts';
import { JsonRefusal, place } from './problem.ts';

/** A value's place in the text: from start up to, not including, end. */
export interface Span {
  start: number;
  end: number;
  /** It is a string without escapes: what stands between its quotes. */
  isPlain: boolean;
}

export interface JsonLimits {
  /** Containers within containers, the top-level one counted. */
  maxDepth: number;
  /** Members of one object; a set of very many names is slow to fill. */
  maxMembers: number;
}

/**
 * Stands in front of a name while it is compared. V8 hashes texts of decimal digits without its secret seed, so
 * that a caller could choose some that collide; with the mark they are hashed like others. Being the quote
 * that precedes a name anyway it costs no copy.
 */
const MARK = '"';
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?/y;
const EXPONENT = /[eE][+-]?[0-9]+/y;
/** A number of as many characters, without an exponent, is below 2^53 and is kept exactly where it is whole. */
const SAFE_LENGTH = 15;
/** Ends a run of characters that a string has as they are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const END_OF_RUN = /["\\\u0000-\u001f]/g;
/** From here on a search is faster than to look at each character: 0.5 ns with a regular expression, 0.02 without, against 1.5. */
const SHORT_RUN = 16;
const UNICODE_ESCAPE = /\\u([0-9a-fA-F]{4})/y;
/** Longer names are cut where a problem quotes them. */
const SHOWN_NAME_LENGTH = 64;

/**
 * Checks a JSON text (RFC 8259) in one pass and finds members of its top-level object. It builds no values: a
 * body of millions of small ones costs no memory for them. Where the RFC leaves the meaning to the reader it
 * refuses: duplicate names, lone surrogates, deep nesting.
 */
export class JsonScanner {
  readonly #text: string;
  readonly #limits: JsonLimits;
  readonly #wanted: readonly string[];
  readonly #found = new Map<string, Span>();
  #at = 0;
  #depth = 0;
  readonly #hasControls: boolean;
  /** Where the next ones are of those that end a run, from where that was searched last; Infinity where there is none. */
  #quoteAt = -1;
  #backslashAt = -1;

  /**
   * @param hasControls whether there may be characters below U+0020 in it
   * @param wanted names of the top-level members to find
   */
  constructor(text: string, hasControls: boolean, limits: JsonLimits, wanted: readonly string[]) {
    this.#text = text;
    this.#hasControls = hasControls;
    this.#limits = limits;
    this.#wanted = wanted;
  }

  /**
   * Scans the whole text.
   * @returns where the values of the wanted members are
   * @throws JsonRefusal at the first problem
   */
  scan(): ReadonlyMap<string, Span> {
    this.#skipSpace();
    const isObject = this.#peek() === char.OPEN_BRACE;
    this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#unexpected('the end');
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
        this.#literal('true');
        break;
      case char.LOWER_F:
        this.#literal('false');
        break;
      case char.LOWER_N:
        this.#literal('null');
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
      const name = this.#name(names);
      this.#skipSpace();
      if (this.#peek() !== char.COLON) this.#unexpected('a colon');
      this.#at += 1;
      this.#skipSpace();
      const start = this.#at;
      const isPlain = this.#value();
      if (this.#depth === 1) this.#keep(name, { start, end: this.#at, isPlain });
    } while (this.#continues(char.CLOSE_BRACE, 'a comma or }'));
  }

  /** @param name with the mark in front */
  #keep(name: string, span: Span): void {
    for (const wanted of this.#wanted) {
      if (name.length === MARK.length + wanted.length && name.endsWith(wanted)) this.#found.set(wanted, span);
    }
  }

  /** @returns the name with the mark in front */
  #name(siblings: MemberNames): string {
    const start = this.#at;
    if (this.#peek() !== char.QUOTE) this.#unexpected('a name in double quotes');
    const escaped = this.#string();
    const name = escaped
      ? MARK + JSON.parse(this.#text.slice(start, this.#at))
      : this.#text.slice(start, this.#at - 1);
    if (!siblings.add(name)) this.#duplicate(name.slice(MARK.length), start);
    if (siblings.size > this.#limits.maxMembers) {
      throw new JsonRefusal(
        'too_many_members',
        `The object at ${place(this.#text, start)} has more than ${this.#limits.maxMembers} members.`,
      );
    }
    return name;
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
      const where = place(this.#text, this.#at);
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
    let escaped = false;
    this.#at += 1;
    for (;;) {
      const unit = this.#endOfRun();
      if (unit === char.QUOTE) break;
      // Else a control character or, as NaN, the end of the text.
      if (unit !== char.BACKSLASH)
        this.#unexpected('a closing double quote (control characters must be escaped)');
      escaped = true;
      this.#escape();
    }
    this.#at += 1;
    return escaped;
  }

  /** Goes to the next character of a string that means something. @returns it; NaN at the end of the text */
  #endOfRun(): number {
    const text = this.#text;
    const enough = this.#at + SHORT_RUN;
    for (let at = this.#at; at < enough; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === char.QUOTE || unit === char.BACKSLASH || !(unit >= char.SPACE)) {
        this.#at = at;
        return unit;
      }
    }
    this.#at = this.#hasControls ? this.#searchEnd(enough) : this.#nearestEnd(enough);
    return text.charCodeAt(this.#at);
  }

  #searchEnd(from: number): number {
    END_OF_RUN.lastIndex = from;
    return END_OF_RUN.test(this.#text) ? END_OF_RUN.lastIndex - 1 : this.#text.length;
  }

  /** Each character is searched once for a quote and once for a backslash, however many runs there are. */
  #nearestEnd(from: number): number {
    if (this.#quoteAt < from) this.#quoteAt = placeOf(this.#text.indexOf('"', from));
    if (this.#backslashAt < from) this.#backslashAt = placeOf(this.#text.indexOf('\\', from));
    return Math.min(this.#quoteAt, this.#backslashAt, this.#text.length);
  }

  #escape(): void {
    switch (this.#text.charCodeAt(this.#at + 1)) {
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
    if (isPairOfEscapes(unit, this.#text, this.#at)) {
      const second = this.#hexUnit();
      if (char.isLowSurrogate(second)) return;
    } else if (!char.isHighSurrogate(unit) && !char.isLowSurrogate(unit)) {
      return;
    }
    const where = place(this.#text, start);
    throw new JsonRefusal('invalid_encoding', `The escape at ${where} is half of a surrogate pair.`);
  }

  #hexUnit(): number {
    UNICODE_ESCAPE.lastIndex = this.#at;
    const digits = UNICODE_ESCAPE.exec(this.#text)?.[1];
    if (digits === undefined) this.#unexpected('four hex digits in a \\u escape');
    this.#at = UNICODE_ESCAPE.lastIndex;
    return Number.parseInt(digits, 16);
  }

  #literal(word: string): void {
    if (!this.#text.startsWith(word, this.#at)) this.#unexpected('a value');
    this.#at += word.length;
  }

  #number(): void {
    const start = this.#at;
    NUMBER.lastIndex = start;
    if (!NUMBER.test(this.#text)) this.#unexpected('a value');
    const mantissaEnd = NUMBER.lastIndex;
    EXPONENT.lastIndex = mantissaEnd;
    const unit = this.#text.charCodeAt(mantissaEnd);
    const hasExponent = (unit === char.LOWER_E || unit === char.UPPER_E) && EXPONENT.test(this.#text);
    this.#at = hasExponent ? EXPONENT.lastIndex : mantissaEnd;
    if (hasExponent || mantissaEnd - start > SAFE_LENGTH) this.#checkRange(start, mantissaEnd, hasExponent);
  }

  /**
   * RFC 7493, section 2.2: beyond 2^53-1 a whole number is another one to a reader with doubles. With an exponent it is
   * meant as a double, and must be one. Minus zero equals zero to every reader, so it may stay.
   */
  #checkRange(start: number, mantissaEnd: number, hasExponent: boolean): void {
    const size = Math.abs(Number(this.#text.slice(start, this.#at)));
    const max = hasExponent ? Number.MAX_VALUE : Number.MAX_SAFE_INTEGER;
    const vanished = size === 0 && /[1-9]/.test(this.#text.slice(start, mantissaEnd));
    if (size <= max && !vanished) return;
    throw new JsonRefusal(
      'number_out_of_range',
      `The number at ${place(this.#text, start)} is too large or too small to be read alike everywhere. Send it as a string.`,
    );
  }

  #skipSpace(): void {
    while (char.isSpace(this.#peek())) this.#at += 1;
  }

  /** NaN at the end of the text, which equals no code unit. */
  #peek(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #duplicate(name: string, at: number): never {
    const shown = JSON.stringify(
      name.length > SHOWN_NAME_LENGTH ? `${name.slice(0, SHOWN_NAME_LENGTH)}...` : name,
    );
    const where = place(this.#text, at);
    throw new JsonRefusal('duplicate_key', `The key ${shown} occurs twice in one object, again at ${where}.`);
  }

  #unexpected(expected: string): never {
    const where = place(this.#text, this.#at);
    const what = this.#at < this.#text.length ? where : `the end (${where})`;
    throw new JsonRefusal('invalid_json', `Expected ${expected} at ${what}.`);
  }
}

function placeOf(index: number): number {
  return index < 0 ? Number.POSITIVE_INFINITY : index;
}

function isPairOfEscapes(first: number, text: string, at: number): boolean {
  return char.isHighSurrogate(first) && text.startsWith('\\u', at);
}
