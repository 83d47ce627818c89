/** RFC 7541 4.1: what an entry counts beyond the octets of its name and value. */
export const ENTRY_OVERHEAD_BYTES = 32;

/**
 * A name and a value, each character one octet. Entries of the tables are shared by all header lists that refer to
 * them, so what is found out of a field once is known for good.
 */
export class HeaderField {
  readonly name: string;
  readonly value: string;
  /** RFC 7541 4.1. */
  readonly size: number;
  readonly #isNameWellFormed: boolean;
  #isWellFormed: boolean | undefined;

  /** @param named another field that has the name, of which it is known then whether it is one */
  constructor(name: string, value: string, named?: HeaderField) {
    this.name = name;
    this.value = value;
    this.size = name.length + value.length + ENTRY_OVERHEAD_BYTES;
    this.#isNameWellFormed = named === undefined ? isFieldName(name) : named.#isNameWellFormed;
  }

  /** RFC 9113 8.2: whether the name is a token in lower case, but for the colon of a pseudo-header, and the value is one. */
  get isWellFormed(): boolean {
    this.#isWellFormed ??= this.#isNameWellFormed && isFieldValue(this.value);
    return this.#isWellFormed;
  }
}

const NAME = /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** RFC 9113 8.2.1, RFC 9110 5.1. */
function isFieldName(name: string): boolean {
  return NAME.test(name);
}

/** RFC 9113 8.2.1: no NUL, line feed or carriage return, and no blank at either end. */
function isFieldValue(value: string): boolean {
  return (
    !FORBIDDEN.test(value) && !isBlank(value.charCodeAt(0)) && !isBlank(value.charCodeAt(value.length - 1))
  );
}

/** A loop over the characters takes four times as long. */
const FORBIDDEN = /[\0\n\r]/;

function isBlank(octet: number): boolean {
  return octet === 0x20 || octet === 0x09;
}
