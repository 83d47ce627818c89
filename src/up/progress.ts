import type { Writable } from 'node:stream';

/** What `up` says on standard error while it starts, runs and stops. */
export interface Progress {
  say(line: string): void;
  /** Says what is being done, and how long it took or that it failed. */
  step<T>(what: string, work: () => Promise<T>): Promise<T>;
}

/** @param now milliseconds of a clock that never goes back */
export function createProgress(out: Writable, now: () => number): Progress {
  /** The step whose line has no end yet. */
  let open: string | undefined;
  const endLine = () => {
    if (open !== undefined) out.write('\n');
    open = undefined;
  };
  const finish = (what: string, outcome: string) => {
    if (open !== what) {
      endLine();
      out.write(`${what} ...`);
    }
    out.write(` ${outcome}\n`);
    open = undefined;
  };
  return {
    say(line) {
      endLine();
      out.write(`${line}\n`);
    },
    async step(what, work) {
      endLine();
      out.write(`${what} ...`);
      open = what;
      const startedAt = now();
      try {
        const result = await work();
        finish(what, `${((now() - startedAt) / 1000).toFixed(1)} s`);
        return result;
      } catch (error) {
        finish(what, 'failed');
        throw error;
      }
    },
  };
}
