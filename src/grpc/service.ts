import type { StatusCode } from './status.ts';

/** What a handler may know of a call besides its message. */
export interface UnaryCall {
  /** First value of a metadata entry, such as `traceparent`. */
  metadata(name: string): string | undefined;
  /** Whether the trace that its `traceparent` tells of is recorded: known without making a string of that. */
  readonly isSampled: boolean;
  /** Aborted when the caller gave up or its deadline (grpc-timeout) passed. Made for the handler that asks for it. */
  readonly signal: AbortSignal;
}

/** How a method's messages are read and written. Without one, protos/ says it, which is slower. */
export interface MessageCodec<Request, Response> {
  /**
   * @param bytes one whole message; they are the codec's to keep
   * @throws MessageError where they are none
   */
  decode(bytes: Uint8Array): Request;
  /**
   * A prepared message may be returned again and again: no transport changes it, and none keeps it, for it may be another one once
   * the next is written.
   */
  encode(response: Response): Uint8Array;
}

/** A handler's refusal: its code and text go to the caller. */
export class StatusError extends Error {
  readonly code: StatusCode;

  constructor(code: StatusCode, message: string) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
  }
}

/**
 * From decoded request to response, at once where it can. A thrown error is answered with gRPC status INTERNAL and no
 * detail. Once the signal is aborted nobody waits for an answer: failing with the signal's reason then is no error.
 */
export type UnaryHandler<Request, Response> = (
  request: Request,
  call: UnaryCall,
) => Response | Promise<Response>;

// biome-ignore-start lint/suspicious/noExplicitAny: the messages' types are known to the service that registers a method
export interface UnaryMethod<Request = any, Response = any> {
  handler: UnaryHandler<Request, Response>;
  codec?: MessageCodec<Request, Response>;
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above

export interface UnaryService {
  /** Fully qualified, such as `envoy.service.auth.v3.Authorization`. */
  name: string;
  /** Path below protos/ of the file that defines it. */
  proto: string;
  methods: Record<string, UnaryMethod>;
}

/** A call as its transport sees it: what the handler may know, and where the answer goes. */
export interface RunningCall extends UnaryCall {
  succeed(message: Uint8Array): void;
  fail(code: StatusCode, details: string): void;
  /** Whether this is the reason of the call's own signal, that is, nobody waits any more. */
  gaveUpWith(error: unknown): boolean;
}
