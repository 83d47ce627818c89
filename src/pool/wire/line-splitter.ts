const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines, however the chunks fall, without ever holding more than one line. */
export class LineSplitter {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #overflow = false;

  /** @param maxBytes longest line; a longer one ends the stream */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** True once a line was too long. Nothing more comes out then. */
  get overflow(): boolean {
    return this.#overflow;
  }

  /** The lines that this chunk completes, without their ends. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    while (!this.#overflow) {
      const end = chunk.indexOf(NEWLINE, from);
      this.#add(chunk.subarray(from, end === -1 ? chunk.length : end));
      if (this.#overflow || end === -1) break;
      lines.push(this.rest());
      from = end + 1;
    }
    return lines;
  }

  /** What stands after the last line's end, which is a line of its own once the stream is over. */
  rest(): string {
    // Decoded in one go: a chunk may end in the middle of a character.
    const text = Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = [];
    this.#bytes = 0;
    return text;
  }

  #add(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes > this.#maxBytes) {
      this.#overflow = true;
      this.#pieces = [];
    } else if (piece.length > 0) this.#pieces.push(piece);
  }
}
