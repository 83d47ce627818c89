/** Slots of the table, a power of two well above the number of weights, and words of the filter before it. */
const SLOTS = 2 ** 16;
const FILTER_WORDS = 2 ** 13;

/**
 * Weights of hashed features: open addressing with a fingerprint of 16 bits, so that a feature that was never seen
 * has no weight, but for one in 65,536 for each slot that is looked at. Most features of a text were never seen; a
 * small filter, which stays in the processor's nearest cache, tells 19 in 20 of them: each feature has two bits in one
 * word of it (Putze, Sanders and Singler, Cache-, hash- and space-efficient Bloom filters, 2007).
 */
export class FeatureWeights {
  readonly #filter = new Int32Array(FILTER_WORDS);
  /** Fingerprint and, in the lowest eight bits, weight; 0 is an empty slot. */
  readonly #slots = new Int32Array(SLOTS);
  /** Of one step of a weight, in log-odds. */
  readonly scale: number;
  /** While words are summed: features that the filter lets through, how many of them come before each feature, and the sums of their weights. */
  #hits = new Int32Array(0);
  #hitsBefore = new Int32Array(0);
  #steps = new Int32Array(0);

  /**
   * @param packed see packWeights
   * @param scale of one step of a weight, in log-odds
   */
  constructor(packed: Uint8Array, scale: number) {
    this.scale = scale;
    const filter = this.#filter;
    const slots = this.#slots;
    let count = 0;
    unpackWeights(packed, (feature, steps) => {
      count += 1;
      if (count > SLOTS / 2)
        throw new RangeError(`more than ${SLOTS / 2} weights are too many for the table`);
      const word = feature & (FILTER_WORDS - 1);
      filter[word] = (filter[word] as number) | (1 << (feature >>> 13)) | (1 << (feature >>> 18));
      let slot = feature & (SLOTS - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
      slots[slot] = (fingerprintOf(feature) << 8) | (steps & 255);
    });
  }

  /**
   * For each of some words the sum of the weights of its features, which are values[ends[i-1]] to before values[ends[i]].
   * @param sums of word i into sums[i], in steps of a weight
   */
  sumEach(values: Int32Array, ends: Int32Array, words: number, sums: Int32Array): void {
    const filter = this.#filter;
    if (this.#hits.length <= values.length) this.#grow(values.length + 1);
    const hits = this.#hits;
    const hitsBefore = this.#hitsBefore;
    const steps = this.#steps;
    const features = words === 0 ? 0 : (ends[words - 1] as number);
    let count = 0;
    // Without a branch, as what the filter says of a feature cannot be foretold, nor how many it lets through of a word.
    for (let at = 0; at < features; at += 1) {
      const feature = values[at] as number;
      const bits = filter[feature & (FILTER_WORDS - 1)] as number;
      hits[count] = feature;
      count += (bits >>> (feature >>> 13)) & (bits >>> (feature >>> 18)) & 1;
      hitsBefore[at + 1] = count;
    }
    let sum = 0;
    for (let hit = 0; hit < count; hit += 1) {
      sum += this.#find(hits[hit] as number);
      steps[hit + 1] = sum;
    }
    let before = 0;
    for (let word = 0; word < words; word += 1) {
      const after = steps[hitsBefore[ends[word] as number] as number] as number;
      sums[word] = after - before;
      before = after;
    }
  }

  #grow(length: number): void {
    this.#hits = new Int32Array(length);
    this.#hitsBefore = new Int32Array(length);
    this.#steps = new Int32Array(length);
  }

  /** Whether a feature has a weight. */
  has(feature: number): boolean {
    return this.#find(feature) !== 0;
  }

  #find(feature: number): number {
    const fingerprint = fingerprintOf(feature);
    let slot = feature & (SLOTS - 1);
    for (;;) {
      const found = this.#slots[slot] as number;
      if (found >>> 8 === fingerprint) return (found << 24) >> 24;
      if (found === 0) return 0;
      slot = (slot + 1) & (SLOTS - 1);
    }
  }
}

function fingerprintOf(feature: number): number {
  return feature >>> 16 || 1;
}

/** A feature and its weight in steps of -127 to 127. */
export type PackedWeight = readonly [feature: number, steps: number];

/** Packs weights: by ascending feature, the distance from the one before in groups of seven bits, then the steps. */
export function packWeights(weights: readonly PackedWeight[]): Uint8Array {
  const bytes: number[] = [];
  let last = 0;
  for (const [feature, steps] of weights.toSorted(([a], [b]) => (a >>> 0) - (b >>> 0))) {
    let distance = (feature >>> 0) - last;
    last = feature >>> 0;
    for (; distance > 127; distance = Math.floor(distance / 128)) bytes.push((distance % 128) + 128);
    bytes.push(distance, steps & 255);
  }
  return Uint8Array.from(bytes);
}

/** The inverse of packWeights; calls back for each weight, as a list of them takes several times as long to make. */
export function unpackWeights(packed: Uint8Array, found: (feature: number, steps: number) => void): void {
  let feature = 0;
  let shift = 0;
  for (let at = 0; at < packed.length; at += 1) {
    const byte = packed[at] as number;
    // Distances and features are below 2 ** 32: that they wrap to negative ones changes no bit.
    feature = (feature + ((byte & 127) << shift)) | 0;
    shift += 7;
    if (byte > 127) continue;
    at += 1;
    found(feature, ((packed[at] as number) << 24) >> 24);
    shift = 0;
  }
}
