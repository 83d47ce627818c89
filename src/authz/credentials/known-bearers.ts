import { randomFillSync } from 'node:crypto';
import { type FunctionSource, instantiate } from '../webassembly/instantiate.ts';
import * as wasm from '../webassembly/instructions.ts';

/** A power of two. */
const PLACES = 1024;
/** Longer ones are hashed each time; most tokens are shorter than half of it. */
const MAX_BYTES = 2048;
const VECTOR_BYTES = 16;
const BLOCK_BYTES = 2 * VECTOR_BYTES;
const STREAMS = 4;
/** Any odd number whose bits have no pattern. */
const MULTIPLIER = 0x2c1b3c6d;
const FINGERPRINT_BYTES = STREAMS * VECTOR_BYTES;

/** Where things lie in the memory: the value, with room to fill up its last block; the secret key; fingerprints. */
const KEY_AT = MAX_BYTES + BLOCK_BYTES;
/** Each stream begins a vector further on in the key, and its last block ends as much later. */
const KEY_BYTES = MAX_BYTES + STREAMS * VECTOR_BYTES;
const LATEST_AT = KEY_AT + KEY_BYTES;
const PLACES_AT = LATEST_AT + FINGERPRINT_BYTES;
const PAGE_BYTES = 65_536;

const [LENGTH, AT, PLACE] = [0, 1, 2];
const [FIRST, SECOND, FIRST_KEYED, SECOND_KEYED, SUMS] = [3, 4, 5, 6, 7];
const VECTORS = SUMS + STREAMS - FIRST;
const [length, at, place] = [LENGTH, AT, PLACE].map(wasm.localGet) as [wasm.Code, wasm.Code, wasm.Code];
const streams = Array.from({ length: STREAMS }, (_, index) => index);
const zeros = wasm.i8x16Splat(wasm.i32Const(0));

/** NH of RFC 4418, section 5.2.2: what two vectors are with their part of the key, multiplied, and added to a stream's sum. */
function addProducts(stream: number): wasm.Code {
  const keyed = (vector: number, offset: number) =>
    wasm.i32x4Add(wasm.localGet(vector), wasm.v128Load(at, KEY_AT + (stream + offset) * VECTOR_BYTES));
  const [first, second] = [wasm.localGet(FIRST_KEYED), wasm.localGet(SECOND_KEYED)];
  return [
    ...wasm.localSet(FIRST_KEYED, keyed(FIRST, 0)),
    ...wasm.localSet(SECOND_KEYED, keyed(SECOND, 1)),
    ...wasm.localSet(
      SUMS + stream,
      wasm.i64x2Add(
        wasm.localGet(SUMS + stream),
        wasm.i64x2Add(wasm.i64x2ExtmulLowI32x4U(first, second), wasm.i64x2ExtmulHighI32x4U(first, second)),
      ),
    ),
  ];
}

/** Of one of the two sums of the first stream. */
const upperHalf = (sum: number) => wasm.i32x4ExtractLane(2 * sum + 1, wasm.localGet(SUMS));
const spread = (number: wasm.Code) => wasm.i32Mul(number, wasm.i32Const(MULTIPLIER));

/** The place of the value of this length that lies in the memory; with PLACES added where another one, or none, is there. */
const FIND: FunctionSource = {
  parameters: 1,
  integers: 2,
  vectors: VECTORS,
  memoryPages: Math.ceil((PLACES_AT + PLACES * FINGERPRINT_BYTES) / PAGE_BYTES),
  body: [
    // The last block is filled up; values of different lengths are told apart by their lengths.
    wasm.v128Store(length, zeros),
    wasm.v128Store(length, zeros, VECTOR_BYTES),
    wasm.loop(
      wasm.localSet(FIRST, wasm.v128Load(at)),
      wasm.localSet(SECOND, wasm.v128Load(at, VECTOR_BYTES)),
      ...streams.map(addProducts),
      wasm.brIf(0, wasm.i32LtU(wasm.localTee(AT, wasm.i32Add(at, wasm.i32Const(BLOCK_BYTES))), length)),
    ),
    ...streams.map((stream) =>
      wasm.v128Store(wasm.i32Const(LATEST_AT), wasm.localGet(SUMS + stream), stream * VECTOR_BYTES),
    ),
    // Values that are much alike have sums in one row, which is to be spread.
    wasm.localSet(PLACE, spread(wasm.i32Xor(upperHalf(0), upperHalf(1)))),
    wasm.localSet(PLACE, spread(wasm.i32Xor(place, wasm.i32ShrU(place, wasm.i32Const(16))))),
    wasm.localSet(PLACE, wasm.i32ShrU(place, wasm.i32Const(32 - Math.log2(PLACES)))),
    wasm.localSet(AT, wasm.i32Mul(place, wasm.i32Const(FINGERPRINT_BYTES))),
    wasm.i32Add(
      place,
      wasm.i32Mul(
        wasm.i32Const(PLACES),
        wasm.v128AnyTrue(
          streams
            .map((stream) =>
              wasm.v128Xor(
                wasm.localGet(SUMS + stream),
                wasm.v128Load(at, PLACES_AT + stream * VECTOR_BYTES),
              ),
            )
            .reduce(wasm.v128Or),
        ),
      ),
    ),
  ],
};

/**
 * Which token it is that `Authorization` names, of values that came before. They are told by a fingerprint: a universal hash
 * under a secret key that is made anew for each process (UMAC's, RFC 4418), which takes a sixth of what SHA-256 takes. That a value
 * is taken for another one is as likely as to guess 128 bits, and of tokens nothing is kept.
 */
export class KnownBearers {
  readonly #find = instantiate(FIND);
  /** Of what is in the places: how long the values are, and the SHA-256 of their tokens. */
  readonly #lengths = new Uint16Array(PLACES);
  readonly #sha256s: (string | undefined)[] = new Array(PLACES).fill(undefined);

  constructor() {
    randomFillSync(this.#find.memory, KEY_AT, KEY_BYTES);
  }

  /** @returns the SHA-256 of the token, as it was kept; undefined where it was not, or another value has its place */
  find(value: Uint8Array): string | undefined {
    if (value.length > MAX_BYTES) return undefined;
    const found = this.#run(value);
    return found < PLACES && this.#lengths[found] === value.length ? this.#sha256s[found] : undefined;
  }

  /** For a value whose token has come again: one that comes once would only take the place of another. */
  keep(value: Uint8Array, sha256: string): void {
    if (value.length > MAX_BYTES) return;
    const at = this.#run(value) % PLACES;
    const place = PLACES_AT + at * FINGERPRINT_BYTES;
    this.#find.memory.copyWithin(place, LATEST_AT, LATEST_AT + FINGERPRINT_BYTES);
    this.#lengths[at] = value.length;
    this.#sha256s[at] = sha256;
  }

  #run(value: Uint8Array): number {
    this.#find.memory.set(value);
    return this.#find.run(value.length);
  }
}
