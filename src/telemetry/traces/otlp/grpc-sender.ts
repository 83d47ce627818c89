import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  sensitiveHeaders,
} from 'node:http2';
import type { Sender } from '../sender.ts';
import { type ExportHeaders, withoutValues } from './headers.ts';

const EXPORT_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
/** Length-Prefixed-Message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5;
/** google.rpc.Code */
const OK = '0';

/**
 * Sends messages by one method of gRPC, over a connection that is made when there is something to send and made anew
 * after any failure (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). grpc-js, which can do much more,
 * takes twice the CPU, and a thread with it three times as much.
 * @param endpoint http:// or https://, whose path is of no account
 * @param asked what the collector asks for beside what gRPC has
 */
export function createGrpcSender(
  endpoint: string,
  timeoutMs: number,
  asked: ExportHeaders = {},
): Sender<Uint8Array> {
  /** Undefined where the next message needs another one. */
  let connection: ClientHttp2Session | undefined;
  const headers = {
    ...asked,
    // Kept by no proxy on the way (RFC 7541 7.1.3).
    [sensitiveHeaders]: Object.keys(asked),
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: EXPORT_METHOD,
    [constants.HTTP2_HEADER_TE]: 'trailers',
    [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    'grpc-timeout': `${timeoutMs}m`,
  };

  function open(): ClientHttp2Session {
    const opened = connect(new URL(endpoint).origin, { settings: { enablePush: false } });
    const gone = () => {
      if (connection === opened) connection = undefined;
    };
    // What is under way hears of it too, and may still be answered by a collector that goes away.
    opened.on('error', gone).on('close', gone).on('goaway', gone);
    return opened;
  }

  return {
    async send(message) {
      connection ??= open();
      const used = connection;
      // A process that ends waits for what is under way, and not for a connection that nobody uses.
      used.ref();
      try {
        await exchange(used.request(headers), message, timeoutMs, asked);
      } catch (error) {
        connection = undefined;
        throw error;
      } finally {
        if (connection === used) used.unref();
        else used.destroy();
      }
    },
    async close() {
      connection?.destroy();
    },
  };
}

/** @throws where the answer is not that all is well, or does not come in time */
function exchange(
  stream: ClientHttp2Stream,
  message: Uint8Array,
  timeoutMs: number,
  asked: ExportHeaders,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(
    () => reject(new Error(`the collector did not answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  let status: unknown;
  let reason = '';
  const read = (fields: Record<string, unknown>) => {
    status = fields['grpc-status'] ?? status;
    reason = withoutValues(String(fields['grpc-message'] ?? reason), asked);
  };
  stream.on('response', (fields) => {
    read(fields);
    const httpStatus = fields[':status'];
    if (httpStatus !== 200) reject(new Error(`the collector answered with HTTP status ${httpStatus}`));
  });
  stream.on('trailers', read);
  stream.on('error', (error) => reject(error.cause ?? error));
  stream.on('close', () => {
    if (status === OK) resolve();
    else reject(new Error(`the collector answered with gRPC status ${status ?? 'none'}: ${reason}`));
  });
  // What it says beside the status is of no use here.
  stream.resume();
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  stream.cork();
  stream.write(prefix);
  stream.end(message);
  return promise.finally(() => clearTimeout(late));
}
