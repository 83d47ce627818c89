import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Piscina } from 'piscina';
import type { UnexaminedReason } from '../denial.ts';
import type { RulesInForce } from '../inspection/live-rules.ts';
import type { Caller } from '../proceed.ts';
import { type BodyRules, type Examination, examineBody, type SubmittedBody } from './examine.ts';

/** Reads bodies: small ones at once, large ones on threads of their own. */
export interface BodyExaminer {
  /**
   * @returns a promise for a body that goes to a thread; its bytes are moved there and cannot be read here afterwards.
   * It rejects with the signal's reason once the caller has given up.
   */
  examine(body: SubmittedBody, caller: Caller): Examination | Promise<Examination>;
  close(): Promise<void>;
}

export interface BodyExaminerOptions {
  rules: BodyRules;
  /** What texts are held against; without it what ships. */
  inspectionRules?: () => RulesInForce;
  /** Threads for large bodies. */
  threads?: number;
  /** Large bodies that may wait for a thread. */
  maxQueued?: number;
  /** What a thread runs, if not examiner-thread.ts. */
  thread?: URL;
  /** What a thread broke down over. */
  onError(error: unknown): void;
}

type RunOptions = NonNullable<Parameters<Piscina['run']>[1]>;

/** What a thread gets to do. */
export interface ExaminationTask {
  body: SubmittedBody;
  /** The rules that were in force when it was handed over, as far as they are not those that ship. */
  inspection: Pick<RulesInForce, 'version' | 'own'> | undefined;
  /** Its one element is 1 once nobody waits for the answer. */
  cancelled: Int32Array<SharedArrayBuffer>;
}

/** Larger bodies would hold up the small ones: 256 KiB takes about 1 ms, a handover to a thread about 0.1 ms. */
export const INLINE_BYTES = 256 * 2 ** 10;
/** Envoy waits 2 s, and 10 MiB of the worst kind take 0.3 s: more than these would not be answered in time. */
const MAX_QUEUED = 16;
/** A burst of large bodies is rarely alone. */
const IDLE_MS = 60_000;
/** What may be lost of a buffer that is moved: the rest of Envoy's message. */
const MAX_REST_BYTES = 2 ** 20;

/** Starts no thread before the first large body. */
export function createBodyExaminer(options: BodyExaminerOptions): BodyExaminer {
  const { rules, inspectionRules, onError } = options;
  const maxThreads = options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
  const maxQueue = options.maxQueued ?? MAX_QUEUED;
  const thread =
    options.thread ?? new URL(`./examiner-thread${extname(import.meta.filename)}`, import.meta.url);
  let pool: Piscina<ExaminationTask, Examination> | undefined;

  function open(): Piscina<ExaminationTask, Examination> {
    const opened = new Piscina<ExaminationTask, Examination>({
      filename: thread.href,
      workerData: rules,
      minThreads: 1,
      maxThreads,
      maxQueue,
      idleTimeout: IDLE_MS,
      // It needs none of the secrets that may be in the environment.
      env: {},
    });
    opened.on('error', onError);
    return opened;
  }

  async function examineOnThread(body: SubmittedBody, signal: AbortSignal): Promise<Examination> {
    signal.throwIfAborted();
    pool ??= open();
    if (pool.queueSize >= maxQueue) return unexamined('too_many_large_bodies');
    const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const bytes = movable(body.bytes);
    const inForce = inspectionRules?.();
    const inspection = inForce && { version: inForce.version, own: inForce.own };
    const task = { body: { ...body, bytes }, inspection, cancelled };
    const answer = pool.run(task, moving(bytes.buffer)).catch((error: unknown) => {
      onError(error);
      return unexamined('examiner_crashed');
    });
    return unlessAborted(answer, signal, () => Atomics.store(cancelled, 0, 1));
  }

  return {
    examine(body, caller) {
      const small = body.bytes.length <= INLINE_BYTES && isPlain(body);
      return small || body.isPartial
        ? examineBody(body, rules, inspectionRules?.().book)
        : examineOnThread(body, caller.signal);
    },
    async close() {
      await pool?.destroy();
    },
  };
}

/** A coded body may be a thousand times as large as it looks. */
function isPlain({ contentEncoding }: SubmittedBody): boolean {
  return contentEncoding === undefined || contentEncoding.toLowerCase() === 'identity';
}

/** The bytes in a buffer that can be moved: their own, unless much else would go with it. */
function movable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isOwn =
    buffer instanceof ArrayBuffer &&
    byteLength > INLINE_BYTES &&
    buffer.byteLength - byteLength <= MAX_REST_BYTES;
  return isOwn ? new Uint8Array(buffer, bytes.byteOffset, byteLength) : new Uint8Array(bytes);
}

/** Piscina types the list as that of structuredClone() and reads it as that of postMessage(). */
function moving(buffer: ArrayBuffer): RunOptions {
  return { transferList: [buffer] as RunOptions['transferList'] & Iterable<ArrayBuffer> };
}

function unexamined(reason: UnexaminedReason): Examination {
  return { kind: 'unexamined', reason };
}

/** A thread that works on it already finishes: ending it would cost more than most bodies. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal, cancel: () => void): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => {
    cancel();
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
