import { instantiate } from '../webassembly/instantiate.ts';
import * as wasm from '../webassembly/instructions.ts';
import * as char from './characters.ts';

/** So much of a text is looked at in one go. */
const WINDOW_BYTES = 65_536;
const VECTOR_BYTES = 16;
const VECTORS_AT_ONCE = 4;
/** What turns a quote into a space and a control character into another, so that one comparison finds both. */
const QUOTE_TO_SPACE = char.QUOTE ^ char.SPACE;

const [AT, TO, BYTES, QUOTES_TO_SPACES, SPACES, BACKSLASHES] = [0, 1, 2, 3, 4, 5];
const at = wasm.localGet(AT);
const to = wasm.localGet(TO);
const bytes = wasm.localGet(BYTES);

/** Which of the 16 bytes from there on end a run: those of a quote, a backslash and control characters. */
const endsAt = (offset: number) =>
  wasm.v128Or(
    wasm.i8x16LeU(
      wasm.v128Xor(wasm.localTee(BYTES, wasm.v128Load(at, offset)), wasm.localGet(QUOTES_TO_SPACES)),
      wasm.localGet(SPACES),
    ),
    wasm.i8x16Eq(bytes, wasm.localGet(BACKSLASHES)),
  );
const splat = (byte: number) => wasm.i8x16Splat(wasm.i32Const(byte));
const advance = (count: number) => wasm.localSet(AT, wasm.i32Add(at, wasm.i32Const(count)));

/** From `at` to the first byte that ends a run; `to`, or a few bytes more, where there is none. */
const { memory, run } = instantiate({
  parameters: 2,
  integers: 0,
  vectors: 4,
  // A vector that begins before the window's end may end behind it.
  memoryPages: 2,
  body: [
    wasm.localSet(QUOTES_TO_SPACES, splat(QUOTE_TO_SPACE)),
    wasm.localSet(SPACES, splat(char.SPACE)),
    wasm.localSet(BACKSLASHES, splat(char.BACKSLASH)),
    wasm.block(
      wasm.loop(
        wasm.brIf(1, wasm.i32GtU(wasm.i32Add(at, wasm.i32Const(VECTORS_AT_ONCE * VECTOR_BYTES)), to)),
        wasm.brIf(
          1,
          wasm.v128AnyTrue(
            Array.from({ length: VECTORS_AT_ONCE }, (_, index) => endsAt(index * VECTOR_BYTES)).reduce(
              wasm.v128Or,
            ),
          ),
        ),
        advance(VECTORS_AT_ONCE * VECTOR_BYTES),
        wasm.br(0),
      ),
    ),
    wasm.block(
      wasm.loop(
        wasm.brIf(1, wasm.i32GeU(at, to)),
        wasm.brIf(1, wasm.v128AnyTrue(endsAt(0))),
        advance(VECTOR_BYTES),
        wasm.br(0),
      ),
    ),
    // Beyond the 16 bits of the mask stands another one, for where the first loop ended at the end.
    wasm.i32Add(at, wasm.i32Ctz(wasm.i32Or(wasm.i8x16Bitmask(endsAt(0)), wasm.i32Const(1 << VECTOR_BYTES)))),
  ],
});

/**
 * Finds where runs of a string's bytes end, in the one text that is being scanned: the place of the next quote, backslash or control
 * character.
 */
export class RunSearch {
  readonly #bytes: Uint8Array;
  /** Which part of the text lies in the memory. */
  #from = 0;
  #to = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @returns the text's length where no such byte follows */
  endFrom(start: number): number {
    const bytes = this.#bytes;
    for (let at = start; at < bytes.length; at = this.#to) {
      if (at < this.#from || at >= this.#to) this.#move(at);
      const end = this.#from + run(at - this.#from, this.#to - this.#from);
      if (end < this.#to) return end;
    }
    return bytes.length;
  }

  #move(from: number): void {
    const bytes = this.#bytes;
    if (bytes.length <= WINDOW_BYTES) {
      this.#to = bytes.length;
      memory.set(bytes);
      return;
    }
    this.#from = from;
    this.#to = Math.min(from + WINDOW_BYTES, bytes.length);
    memory.set(bytes.subarray(from, this.#to));
  }
}
