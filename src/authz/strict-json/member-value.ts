import * as char from './characters.ts';

/** The value of a member that was found, to be read where it is needed. */
export class MemberValue<Name extends string = string> {
  readonly name: Name;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #isPlain: boolean;

  /** @param isPlain whether it is a string without escapes */
  constructor(name: Name, bytes: Buffer, start: number, end: number, isPlain: boolean) {
    this.name = name;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#isPlain = isPlain;
  }

  /** As JSON.parse reads it. */
  read(): unknown {
    return this.#isPlain
      ? this.#bytes.toString('utf8', this.#start + 1, this.#end - 1)
      : JSON.parse(this.#bytes.toString('utf8', this.#start, this.#end));
  }

  get isString(): boolean {
    return this.#bytes[this.#start] === char.QUOTE;
  }

  /** Of a string: no more characters than this. */
  get mostCharacters(): number {
    return this.#end - this.#start - 2;
  }

  /** Whether it is a string that begins with a character of ASCII which is to be seen; false where that takes reading it. */
  get beginsVisibly(): boolean {
    const first = this.#bytes[this.#start + 1] as number;
    return this.#isPlain && first > char.SPACE && first < char.DELETE && first !== char.QUOTE;
  }
}
