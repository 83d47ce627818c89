import type { ServerStream } from './stream.ts';

const INITIAL_PLACES = 64;

/**
 * Streams by their numbers. A hash table of its own, because V8's Map makes itself anew every few calls and leaves the
 * table before it pointing to the one after it: once one of them has grown old, all that any of them held is kept until
 * the next major collection. With a Map two thirds of what V8 had to collect that way were streams and what they hold.
 */
export class OpenStreams {
  /** Linear probing: a stream lies at the place of its number, or at one of those after it with no free one between. */
  #places: (ServerStream | undefined)[] = new Array(INITIAL_PLACES).fill(undefined);
  #mask = INITIAL_PLACES - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): ServerStream | undefined {
    return this.#places[this.#find(id)];
  }

  /** @param stream one whose number is not there */
  add(stream: ServerStream): void {
    if (this.#size * 2 >= this.#places.length) this.#grow();
    this.#places[this.#find(stream.id)] = stream;
    this.#size += 1;
  }

  delete(id: number): void {
    const places = this.#places;
    const mask = this.#mask;
    let free = this.#find(id);
    if (places[free] === undefined) return;
    this.#size -= 1;
    // What was pushed on by the one that goes moves back, so that no search ends too early.
    for (let at = (free + 1) & mask; ; at = (at + 1) & mask) {
      const stream = places[at];
      if (stream === undefined) break;
      const isPushedOn = ((at - placeOf(stream.id)) & mask) >= ((at - free) & mask);
      if (!isPushedOn) continue;
      places[free] = stream;
      free = at;
    }
    places[free] = undefined;
  }

  /** Those that are there now, in no order: they may be closed meanwhile. */
  all(): ServerStream[] {
    return this.#places.filter((stream) => stream !== undefined);
  }

  /** Where a stream is, or would be. */
  #find(id: number): number {
    const places = this.#places;
    let at = placeOf(id) & this.#mask;
    for (let stream = places[at]; stream !== undefined && stream.id !== id; stream = places[at]) {
      at = (at + 1) & this.#mask;
    }
    return at;
  }

  #grow(): void {
    const streams = this.all();
    this.#places = new Array(this.#places.length * 2).fill(undefined);
    this.#mask = this.#places.length - 1;
    for (const stream of streams) this.#places[this.#find(stream.id)] = stream;
  }
}

/** A client's streams have the odd numbers (RFC 9113 5.1.1). */
function placeOf(id: number): number {
  return id >>> 1;
}
