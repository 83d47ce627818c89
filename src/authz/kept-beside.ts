/** Gives back what it is given, so that a class which extends it adds its private field to that. */
class Same {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: it is what this is for
    return object;
  }
}

/** What was made of an object, kept as long as that one is. */
export interface KeptBeside<Owner extends object, Value> {
  get(owner: Owner): Value | undefined;
  set(owner: Owner, value: Value): void;
  /** Whether this was asked of the owner before: most of them may come once, and are not worth to keep a value for. */
  hasCome(owner: Owner): boolean;
}

/**
 * Does what a WeakMap does, in a private field of the owner, which nobody else sees and no copy has. V8 looks through all
 * of a WeakMap's entries whenever it collects: with some thousands of callers that took a third of all CPU, and pauses of
 * 0.2 s.
 */
export function createKeptBeside<Owner extends object, Value>(): KeptBeside<Owner, Value> {
  class Field extends Same {
    #value: Value | undefined;

    static has(owner: object): boolean {
      return #value in owner;
    }

    static get(owner: object): Value | undefined {
      return #value in owner ? (owner as Field).#value : undefined;
    }

    static set(owner: object, value: Value): void {
      const field = #value in owner ? (owner as Field) : new Field(owner);
      field.#value = value;
    }
  }

  return {
    get: Field.get,
    set: Field.set,
    hasCome(owner) {
      if (Field.has(owner)) return true;
      new Field(owner);
      return false;
    },
  };
}
