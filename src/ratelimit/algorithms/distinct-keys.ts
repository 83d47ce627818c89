const FEWEST_SLOTS = 512;
const FEWEST_BYTES = 32 * 1024;
const MAX_BYTES_OF_A_UNIT = 3;

/** Of the list that is being filled, which is one at a time. Each slot has the place of a key, plus one; half of them are free. */
let slots = new Int32Array(FEWEST_SLOTS);
/** Of each of its keys. */
let hashes = new Int32Array(FEWEST_SLOTS / 2);
/** Where the bytes of each end. */
let ends = new Int32Array(FEWEST_SLOTS / 2);
/** Its keys as UTF-8, one after the other. */
let bytes = Buffer.allocUnsafeSlow(FEWEST_BYTES);

/**
 * Keys, each once, and where each stands. A hash table of their bytes, because V8's Map puts each text that it is asked for
 * among those that it keeps one copy of, which took a tenth of a rate limit service's time; and to look at the units of a
 * text that was just put together takes longer than to have it written. To be filled at once.
 */
export class DistinctKeys {
  readonly #list: string[];
  #count = 0;
  #end = 0;

  /** @param most how many are asked for; a list that grows takes more memory than a call's buckets themselves */
  constructor(most: number) {
    this.#list = new Array<string>(most);
    if (slots.length > FEWEST_SLOTS) setSlots(FEWEST_SLOTS);
    else slots.fill(0);
    if (bytes.length > FEWEST_BYTES) bytes = Buffer.allocUnsafeSlow(FEWEST_BYTES);
  }

  get count(): number {
    return this.#count;
  }

  /** When it is filled. */
  list(): string[] {
    this.#list.length = this.#count;
    return this.#list;
  }

  /** Where a key stands; it is added where it is not there yet. */
  placeOf(key: string): number {
    const start = this.#end;
    const mostBytes = key.length * MAX_BYTES_OF_A_UNIT;
    if (start + mostBytes > bytes.length) growBytes(start, mostBytes);
    const end = start + bytes.write(key, start);
    const hash = hashOf(start, end);
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let place = slots[slot] as number; place !== 0; place = slots[slot] as number) {
      if (hashes[place - 1] === hash && isAt(place - 1, start, end)) return place - 1;
      slot = (slot + 1) & mask;
    }
    const place = this.#count;
    this.#list[place] = key;
    hashes[place] = hash;
    ends[place] = end;
    this.#end = end;
    this.#count = place + 1;
    slots[slot] = place + 1;
    if (this.#count * 2 === slots.length) growSlots(this.#count);
    return place;
  }
}

function isAt(place: number, start: number, end: number): boolean {
  let at = place === 0 ? 0 : (ends[place - 1] as number);
  if ((ends[place] as number) - at !== end - start) return false;
  for (let index = start; index < end; index += 1, at += 1) if (bytes[at] !== bytes[index]) return false;
  return true;
}

function setSlots(count: number): void {
  slots = new Int32Array(count);
  hashes = new Int32Array(count / 2);
  ends = new Int32Array(count / 2);
}

function growSlots(count: number): void {
  const [knownHashes, knownEnds] = [hashes, ends];
  setSlots(slots.length * 2);
  hashes.set(knownHashes);
  ends.set(knownEnds);
  const mask = slots.length - 1;
  for (let place = 0; place < count; place += 1) {
    let slot = (hashes[place] as number) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = place + 1;
  }
}

function growBytes(used: number, more: number): void {
  const larger = Buffer.allocUnsafeSlow(Math.max(used + more, bytes.length * 2));
  bytes.copy(larger, 0, 0, used);
  bytes = larger;
}

/** FNV-1a (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-21#section-2). */
function hashOf(start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  // The low bits of FNV alone hardly tell keys apart that differ in their last bytes.
  return hash ^ (hash >>> 15);
}
