import { MessageError } from '../protobuf/index.ts';
import { loadService, protoCodec } from './protos.ts';
import {
  type MessageCodec,
  type RunningCall,
  StatusError,
  type UnaryHandler,
  type UnaryService,
} from './service.ts';
import { Status } from './status.ts';

/** A method that is ready to be called with bytes. */
export interface BoundMethod {
  /** As in `envoy.service.auth.v3.Authorization/Check`. */
  name: string;
  handler: UnaryHandler<unknown, unknown>;
  codec: MessageCodec<unknown, unknown>;
}

export type ErrorObserver = (error: unknown, method: string) => void;

/** @throws where the .proto file does not define the service or one of its methods */
export function bindMethods({ name, proto, methods }: UnaryService): BoundMethod[] {
  const definition = loadService(proto, name);
  return Object.entries(methods).map(([method, { handler, codec }]) => ({
    name: `${name}/${method}`,
    handler,
    codec: codec ?? (protoCodec(definition, method) as MessageCodec<unknown, unknown>),
  }));
}

/**
 * From the bytes of a request to those of its answer, or to a status. What a handler throws is told to `onError` and
 * to no caller.
 */
export function runMethod(
  method: BoundMethod,
  message: Uint8Array,
  call: RunningCall,
  onError: ErrorObserver,
): void {
  let request: unknown;
  try {
    request = method.codec.decode(message);
  } catch (error) {
    if (error instanceof MessageError) call.fail(Status[error.code], error.message);
    else failed(method, error, call, onError);
    return;
  }
  let response: unknown;
  try {
    response = method.handler(request, call);
  } catch (error) {
    failed(method, error, call, onError);
    return;
  }
  if (response instanceof Promise) {
    response.then(
      (later) => succeeded(method, later, call, onError),
      (error: unknown) => failed(method, error, call, onError),
    );
  } else {
    succeeded(method, response, call, onError);
  }
}

function succeeded(method: BoundMethod, response: unknown, call: RunningCall, onError: ErrorObserver): void {
  try {
    call.succeed(method.codec.encode(response));
  } catch (error) {
    failed(method, error, call, onError);
  }
}

function failed({ name }: BoundMethod, error: unknown, call: RunningCall, onError: ErrorObserver): void {
  if (error instanceof StatusError) {
    call.fail(error.code, error.message);
    return;
  }
  if (call.gaveUpWith(error)) {
    call.fail(Status.CANCELLED, 'the caller gave up');
    return;
  }
  onError(error, name);
  call.fail(Status.INTERNAL, 'internal error');
}
