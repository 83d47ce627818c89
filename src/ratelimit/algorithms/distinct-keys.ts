const FEWEST_SLOTS = 512;

/**
 * Slots of the list that is being filled, which is one at a time: the place of the key that has it, plus one. At most half
 * of them are taken.
 */
let slots = new Int32Array(FEWEST_SLOTS);

/**
 * Keys, each once, and where each stands. A hash table of its own, because V8's Map puts each text that it is asked for
 * among those that it keeps one copy of, which took a tenth of a rate limit service's time. To be filled at once.
 */
export class DistinctKeys {
  readonly list: string[] = [];

  constructor() {
    if (slots.length > FEWEST_SLOTS) slots = new Int32Array(FEWEST_SLOTS);
    else slots.fill(0);
  }

  /** Where a key stands; it is added where it is not there yet. */
  placeOf(key: string): number {
    const { list } = this;
    const mask = slots.length - 1;
    let slot = hashOf(key) & mask;
    for (let place = slots[slot] as number; place !== 0; place = slots[slot] as number) {
      if (list[place - 1] === key) return place - 1;
      slot = (slot + 1) & mask;
    }
    slots[slot] = list.push(key);
    if (list.length * 2 > slots.length) this.#grow();
    return list.length - 1;
  }

  #grow(): void {
    slots = new Int32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (const [place, key] of this.list.entries()) {
      let slot = hashOf(key) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = place + 1;
    }
  }
}

/** FNV-1a, by the text's UTF-16 units (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-21#section-2). */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV alone hardly tell texts apart that differ in their last units.
  return hash ^ (hash >>> 15);
}
