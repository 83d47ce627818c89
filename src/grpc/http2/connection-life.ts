/** What all parts of a connection go by. */
export interface ConnectionLife {
  /** Once it is not, nothing more is read, and nobody waits for an answer. */
  isOpen: boolean;
  /** When what is being read came: ms of a monotonic clock, asked once for all of it. */
  nowMs: number;
}
