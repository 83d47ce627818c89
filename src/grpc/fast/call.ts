import { isSampled, isSampledFlags, TRACEPARENT_LENGTH } from '../../trace-context/index.ts';
import { type BoundMethod, type ErrorObserver, runMethod } from '../bound-method.ts';
import type { RequestHead } from '../http2/request-head.ts';
import type { ServerStream, StreamReceiver } from '../http2/stream.ts';
import { type RunningCall, StatusError } from '../service.ts';
import { Status, type StatusCode } from '../status.ts';
import { failureHead, okAnswer } from './answer.ts';
import { decompress, MAX_INFLATION } from './compression.ts';
import type { Deadlines, Expiring } from './deadlines.ts';
import { MessageReader, type ReceiveBudget } from './message-reader.ts';

/** What all calls of a server share. */
export interface CallContext {
  maxReceiveBytes: number;
  budget: ReceiveBudget;
  deadlines: Deadlines;
  onError: ErrorObserver;
}

/** One unary call: takes the request from its stream, has its method run, and answers. */
export class FastCall implements RunningCall, StreamReceiver, Expiring {
  readonly deadlineMs: number;
  deadlinePlace = -1;
  readonly #stream: ServerStream;
  readonly #head: RequestHead;
  readonly #method: BoundMethod;
  readonly #context: CallContext;
  readonly #reader: MessageReader;
  #abort: AbortController | undefined;
  #isAbandoned = false;

  /** @param timeoutMs grpc-timeout; Infinity where there is none */
  constructor(
    stream: ServerStream,
    head: RequestHead,
    method: BoundMethod,
    timeoutMs: number,
    context: CallContext,
  ) {
    this.#stream = stream;
    this.#head = head;
    this.#method = method;
    this.#context = context;
    this.#reader = new MessageReader(context.maxReceiveBytes, context.budget);
    this.deadlineMs = stream.openedMs + timeoutMs;
  }

  metadata(name: string): string | undefined {
    return this.#head.headers.get(name);
  }

  get isSampled(): boolean {
    const { traceparent } = this.#head.headers;
    if (traceparent === undefined) return false;
    return traceparent.length === TRACEPARENT_LENGTH
      ? isSampledFlags(traceparent.lastOctet)
      : isSampled(traceparent.value);
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#isAbandoned) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  gaveUpWith(error: unknown): boolean {
    return this.#isAbandoned && error === this.#abort?.signal.reason;
  }

  succeed(message: Uint8Array): void {
    this.#settle();
    if (this.#stream.isOpen) this.#stream.answer(okAnswer(message));
  }

  fail(code: StatusCode, details: string): void {
    this.#settle();
    if (this.#stream.isOpen) this.#stream.refuse(failureHead(code, details));
  }

  /** Of StreamReceiver. */
  data(bytes: Buffer, start: number, end: number): void {
    try {
      this.#reader.add(bytes, start, end);
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** Of StreamReceiver. */
  end(): void {
    try {
      const message = this.#reader.message();
      this.#reader.release();
      this.#stream.busy();
      if (this.#reader.isCompressed) this.#decompress(message);
      else this.#run(message);
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** Of StreamReceiver. */
  closed(): void {
    this.#reader.release();
    this.#giveUp();
  }

  /** Of Expiring. */
  expire(): void {
    this.#stream.refuse(failureHead(Status.DEADLINE_EXCEEDED, 'the deadline has passed'));
    this.#giveUp();
  }

  /** @throws StatusError where too much is on its way, counting what it may become at most */
  #decompress(bytes: Buffer): void {
    const { budget, maxReceiveBytes } = this.#context;
    const encoding = this.#head.headers.get('grpc-encoding');
    const mostBytes = Math.min(bytes.length * MAX_INFLATION, maxReceiveBytes);
    budget.take(mostBytes);
    decompress(bytes, encoding, maxReceiveBytes)
      .finally(() => budget.give(mostBytes))
      .then(
        (message) => this.#run(message),
        (error: unknown) => this.#refuse(error),
      );
    this.#wait();
  }

  #run(message: Buffer): void {
    if (!this.#stream.isOpen) {
      this.#settle();
      return;
    }
    runMethod(this.#method, message, this, this.#context.onError);
    this.#wait();
  }

  /** Keeps the deadline of a call that is not answered yet. */
  #wait(): void {
    if (this.#stream.isBusy && this.deadlineMs !== Number.POSITIVE_INFINITY)
      this.#context.deadlines.add(this);
  }

  #settle(): void {
    if (this.deadlineMs !== Number.POSITIVE_INFINITY) this.#context.deadlines.delete(this);
    this.#stream.settled();
  }

  #refuse(error: unknown): void {
    this.#reader.release();
    if (error instanceof StatusError) {
      this.fail(error.code, error.message);
    } else {
      this.#context.onError(error, this.#method.name);
      this.fail(Status.INTERNAL, 'internal error');
    }
  }

  #giveUp(): void {
    this.#isAbandoned = true;
    this.#abort?.abort();
  }
}
