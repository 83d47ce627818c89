/** A role could not start, and the log says why: whoever gets this need not say it again. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
