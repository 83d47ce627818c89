import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { INFO_FD, type SpawnCommand } from '../sandbox/identity.ts';
import { startProcess } from '../sandbox/start-process.ts';
import { LineSplitter } from '../wire/line-splitter.ts';
import { type CliMessage, parseMessage } from '../wire/message.ts';
import { firstProcess, mountNamespace, namespaceGone } from './namespace.ts';

/** A message holds at most one tool's result, and an image of 5 MiB, the provider's limit, is 7 MiB in base64. */
const MAX_LINE_BYTES = 32 << 20;
const STDERR_TAIL_BYTES = 4096;

/** The CLI answers SIGTERM within 1.2 s; bubblewrap goes at once and takes all inside with it. */
const TERM_GRACE_MS = 1_500;
/**
 * How long a sandbox that is being made may take to tell its first process before it is killed all the same. Bubblewrap
 * 0.8 has that process wait for a word of its own: where it is killed before, the other one waits for ever.
 */
const TELL_FIRST_MS = 2_000;
/** After an end that we wanted: a process that the worker left behind without a sandbox may still hold stdout open. */
const DRAIN_MS = 500;

/** How a worker's process ended. */
export type WorkerEnd =
  /** The program could not be started at all; the code is an errno's name. */
  { kind: 'not_started'; code: string } | { kind: 'exited'; code: number | null; signal: string | null };

/**
 * Has the kernel's out-of-memory killer take a worker before anything else of this host (proc_pid_oom_score_adj(5)); what
 * it starts inherits that. Where it cannot be set, the kernel chooses by size.
 */
function goFirstWhenMemoryIsShort(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {}
}

/** Its own end may have come first. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}

/** One worker's process: what it says, and its end. */
export class WorkerProcess {
  /** Resolves once the process and all that it started in its sandbox are gone. */
  readonly ended: Promise<WorkerEnd>;
  /** Undefined where the program could not be started at all. */
  readonly #child: ChildProcess | undefined;
  readonly #splitter = new LineSplitter(MAX_LINE_BYTES);
  #stderr = Buffer.alloc(0);
  #info = '';
  /** The mounts that its sandbox was made with. */
  #mounts: string | undefined;
  /** It will tell which process is the first of its sandbox. */
  readonly #tellsFirst: boolean = false;
  /** It is to be killed as soon as it has told. */
  #killDue = false;
  #nextStep: NodeJS.Timeout | undefined;
  /** Nobody needs what it still says. */
  #unwanted = false;

  /** @throws what is no failure of the system, such as an argument with a NUL in it */
  constructor(command: SpawnCommand) {
    let child: ChildProcess;
    try {
      child = startProcess(command);
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined || code === undefined) throw error;
      this.ended = Promise.resolve({ kind: 'not_started', code });
      return;
    }
    this.#child = child;
    if (child.pid !== undefined) goFirstWhenMemoryIsShort(child.pid);
    // Before all else: an 'error' that nobody listens for ends this process with every job in it.
    this.ended = this.#end(child);
    // Writing to a process that is gone fails; that it is gone is told by `ended`.
    child.stdin?.on('error', () => {});
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-STDERR_TAIL_BYTES);
    });
    const info = child.stdio?.[INFO_FD];
    if (info instanceof Readable) {
      this.#tellsFirst = true;
      info.on('data', (chunk: Buffer) => {
        this.#info += chunk.toString();
        const first = this.firstInside;
        if (first === undefined) return;
        this.#mounts ??= mountNamespace(first);
        if (this.#killDue) this.#killNow();
      });
    }
  }

  /** The last 4 KiB of stderr. */
  get stderr(): string {
    return this.#stderr.toString('utf8');
  }

  /** The first process of its sandbox; undefined where there is none, or it is not there yet. */
  get firstInside(): number | undefined {
    return firstProcess(this.#info);
  }

  /**
   * Where its own file system can be seen from outside; undefined where it has none of its own, or one that is no longer
   * known to be what it was.
   */
  get root(): string | undefined {
    const first = this.firstInside;
    if (first === undefined || this.#mounts === undefined) return undefined;
    return mountNamespace(first) === this.#mounts ? `/proc/${first}/root` : undefined;
  }

  /** It has ended, or was never started. */
  get #isGone(): boolean {
    const child = this.#child;
    return child?.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  /** Its sandbox has no first process yet that would end with it. */
  get #isBeingMade(): boolean {
    return this.#tellsFirst && this.firstInside === undefined;
  }

  /** Whether a line was too long, which ended the reading. */
  get overflow(): boolean {
    return this.#splitter.overflow;
  }

  write(lines: string): void {
    this.#child?.stdin?.write(lines);
  }

  /** What the CLI says, until it closes stdout. While nobody asks for more, the CLI has to wait. */
  async *messages(): AsyncGenerator<CliMessage> {
    try {
      for await (const chunk of this.#child?.stdout ?? []) {
        for (const line of this.#splitter.push(chunk as Buffer)) {
          const message = parseMessage(line);
          if (message !== undefined) yield message;
        }
        if (this.#splitter.overflow) return;
      }
      const last = parseMessage(this.#splitter.rest());
      if (last !== undefined) yield last;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
  }

  /**
   * Ends the process: closes stdin, which is enough for a CLI that is idle, then SIGTERM after graceMs, then
   * SIGKILL. A later call replaces what an earlier one had planned.
   */
  end(graceMs: number): void {
    const child = this.#child;
    this.#unwanted = true;
    child?.stdin?.end();
    if (child === undefined || this.#isGone) return;
    const then = (afterMs: number, step: () => void) => {
      clearTimeout(this.#nextStep);
      this.#nextStep = setTimeout(step, afterMs);
    };
    then(graceMs, () => {
      if (this.#isBeingMade) return this.kill();
      child.kill('SIGTERM');
      then(TERM_GRACE_MS, () => this.kill());
    });
  }

  /** Ends the process at once, and with it all that runs in its sandbox. */
  kill(): void {
    clearTimeout(this.#nextStep);
    this.#unwanted = true;
    if (this.#isGone) return;
    if (this.#isBeingMade) {
      this.#killDue = true;
      this.#nextStep = setTimeout(() => this.#killNow(), TELL_FIRST_MS);
    } else this.#killNow();
  }

  #killNow(): void {
    clearTimeout(this.#nextStep);
    if (this.#isGone) return;
    this.#child?.kill('SIGKILL');
    // Its own end would take the sandbox with it only once that is made.
    if (this.firstInside !== undefined) killIfThere(this.firstInside);
  }

  async #end(child: ChildProcess): Promise<WorkerEnd> {
    const end = await new Promise<WorkerEnd>((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (child.pid === undefined) resolve({ kind: 'not_started', code: error.code ?? error.name });
      });
      child.once('exit', (code, signal) => resolve({ kind: 'exited', code, signal }));
    });
    clearTimeout(this.#nextStep);
    if (this.#unwanted) setTimeout(() => child.stdout?.destroy(), DRAIN_MS).unref();
    const first = this.firstInside;
    if (first !== undefined) await namespaceGone(first);
    return end;
  }
}
