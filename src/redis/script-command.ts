import slotOf from 'cluster-key-slot';
import type { Command } from 'ioredis';
import { Deadlines, Waiting } from './deadlines.ts';

/** Hears how a command ended, once. Must not throw. */
export type OnReply = (error: Error | undefined, reply: unknown) => void;

/** Who times it. */
export interface CommandWatch {
  answered(elapsedMs: number): void;
  failed(error: Error): void;
}

/** What the commands of one script share. */
export interface ScriptCommands {
  /** Of those that have been sent; undefined until one was. */
  deadlines: Deadlines | undefined;
}

/**
 * A script's call as the library takes its commands, with its bytes written already. The library's own Command makes a
 * promise, a timer and half a dozen functions for each, and spends more on each argument than the rest of the call takes.
 * It still queues, routes, times and fails the command, by what is here.
 */
export class ScriptCommand extends Waiting {
  readonly name = 'evalsha';
  readonly args: readonly string[] = NO_ARGUMENTS;
  /** Who sends it is told by onReply. */
  readonly promise = undefined;
  /** The library would trace its promise. */
  readonly isTraced = true;
  readonly inTransaction = false;
  isResolved = false;
  isSettled = false;
  #watch: CommandWatch | undefined;
  #begunMs = 0;
  readonly #shared: ScriptCommands;
  /** What it is routed by. */
  readonly #key: string | undefined;
  readonly #bytes: Buffer;
  readonly #onReply: OnReply;

  constructor(shared: ScriptCommands, key: string | undefined, bytes: Buffer, onReply: OnReply) {
    super();
    this.#shared = shared;
    this.#key = key;
    this.#bytes = bytes;
    this.#onReply = onReply;
  }

  /** As the library declares its commands. */
  asCommand(): Command {
    return this as unknown as Command;
  }

  watchedBy(watch: CommandWatch): void {
    this.#watch = watch;
    this.#begunMs = performance.now();
  }

  toWritable(): Buffer {
    return this.#bytes;
  }

  getSlot(): number | null {
    return this.#key === undefined ? null : slotOf(this.#key);
  }

  setReplyContext(): void {}

  /** Called whenever it is sent: it goes after a slot that has moved within the same time. */
  setTimeout(timeoutMs: number): void {
    if (this.deadlines !== undefined) return;
    this.#shared.deadlines ??= new Deadlines(timeoutMs);
    this.#shared.deadlines.begin(this);
  }

  late(): void {
    // Which a cluster has replaced by its own, and in the words of the library.
    this.reject(new Error('Command timed out'));
  }

  resolve(reply: unknown): void {
    this.isResolved = true;
    this.#settle(undefined, reply);
  }

  reject(error: Error): void {
    this.#settle(error, undefined);
  }

  #settle(error: Error | undefined, reply: unknown): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.deadlines?.end(this);
    if (this.#watch !== undefined) {
      if (error === undefined) this.#watch.answered(performance.now() - this.#begunMs);
      else this.#watch.failed(error);
    }
    this.#onReply(error, reply);
  }
}

const NO_ARGUMENTS: readonly string[] = [];
