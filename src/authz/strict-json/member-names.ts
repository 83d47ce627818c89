/** Up to here comparing one by one is faster than making a set. */
const FEW = 8;

/** The names of one object, to find one that occurs twice. */
export class MemberNames {
  /** Empty arrays grow to seventeen places at once. */
  #few: string[] | undefined;
  #many: Set<string> | undefined;

  get size(): number {
    return this.#many?.size ?? this.#few?.length ?? 0;
  }

  /** @returns false when the name is already there */
  add(name: string): boolean {
    if (this.#many !== undefined) {
      const before = this.#many.size;
      return this.#many.add(name).size > before;
    }
    if (this.#few === undefined) {
      this.#few = [name];
      return true;
    }
    if (this.#few.includes(name)) return false;
    this.#few.push(name);
    if (this.#few.length > FEW) this.#many = new Set(this.#few);
    return true;
  }
}
