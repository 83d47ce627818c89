import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  callHeaders,
  connectionStart,
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  frame,
  grpcMessage,
  INITIAL_WINDOW_BYTES,
} from './http2-frames.ts';

/** What one call came to: the message, or undefined where there was none, which is a gRPC error. */
export type OnAnswer = (message: Buffer | undefined) => void;

/** One call's frames, to be sent as often as is wanted. */
export interface PreparedCall {
  /** A connection's first call has to say its headers. All calls of one are of one method. */
  firstHeaders: Buffer;
  headers: Buffer;
  data: Buffer;
}

/** Calls of unary gRPC methods over one HTTP/2 connection, as many at once as are wanted. */
export interface CallConnection {
  /** The frames are copied at once. */
  call(call: PreparedCall, onAnswer: OnAnswer): void;
  close(): void;
}

/** @param method such as `/package.Service/Method` */
export function prepareCall(method: string, message: Uint8Array): PreparedCall {
  const { first, next } = callHeaders(method);
  return {
    firstHeaders: frame(FRAME.headers, FLAG.endHeaders, 0, first),
    headers: frame(FRAME.headers, FLAG.endHeaders, 0, next),
    data: frame(FRAME.data, FLAG.endStream, 0, grpcMessage(message)),
  };
}

interface Running {
  onAnswer: OnAnswer;
  message: Buffer | undefined;
}

/** @throws through the process's uncaughtException where the connection breaks: then nothing was measured */
export async function openConnection(address: { host: string; port: number }): Promise<CallConnection> {
  const socket = connect({ ...address, noDelay: true });
  await once(socket, 'connect');
  socket.write(connectionStart());
  return new GrpcConnection(socket);
}

/** Where a frame has its stream (RFC 9113, section 4.1). */
const STREAM_AT = 5;

class GrpcConnection implements CallConnection {
  readonly #socket: Socket;
  readonly #running = new Map<number, Running>();
  #nextStream = 1;
  #windowBytes = INITIAL_WINDOW_BYTES;
  /** Calls that wait for the server to take more. */
  #waiting: { call: PreparedCall; onAnswer: OnAnswer }[] = [];
  #outgoing = Buffer.allocUnsafeSlow(64 * 1024);
  #outgoingBytes = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
  }

  call(call: PreparedCall, onAnswer: OnAnswer): void {
    const { firstHeaders, headers, data } = call;
    const messageBytes = data.length - FRAME_HEADER_BYTES;
    if (messageBytes > this.#windowBytes) {
      this.#waiting.push({ call: { ...call, data: Buffer.from(data) }, onAnswer });
      return;
    }
    this.#windowBytes -= messageBytes;
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#running.set(stream, { onAnswer, message: undefined });
    for (const each of [stream === 1 ? firstHeaders : headers, data]) {
      const at = this.#write(each);
      this.#outgoing.writeUInt32BE(stream, at + STREAM_AT);
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  /** One system call for all that an event-loop tick has to say. @returns where in #outgoing it is */
  #write(bytes: Buffer): number {
    const at = this.#outgoingBytes;
    if (at === 0) setImmediate(() => this.#flush());
    if (at + bytes.length > this.#outgoing.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (at + bytes.length));
      this.#outgoing.copy(larger, 0, 0, at);
      this.#outgoing = larger;
    }
    bytes.copy(this.#outgoing, at);
    this.#outgoingBytes += bytes.length;
    return at;
  }

  #flush(): void {
    this.#socket.write(this.#outgoing.subarray(0, this.#outgoingBytes));
    // The socket may still hold on to what it was given.
    if (this.#socket.writableLength > 0) this.#outgoing = Buffer.allocUnsafeSlow(this.#outgoing.length);
    this.#outgoingBytes = 0;
  }

  #read(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    while (all.length - at >= FRAME_HEADER_BYTES) {
      const end = at + FRAME_HEADER_BYTES + all.readUIntBE(at, 3);
      if (end > all.length) break;
      const stream = all.readUInt32BE(at + 5) & 0x7fffffff;
      this.#readFrame(all[at + 3] ?? 0, all[at + 4] ?? 0, stream, all.subarray(at + FRAME_HEADER_BYTES, end));
      at = end;
    }
    this.#rest = all.subarray(at);
  }

  #readFrame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === FRAME.settings && (flags & FLAG.ack) === 0) {
      this.#write(frame(FRAME.settings, FLAG.ack, 0, Buffer.alloc(0)));
    } else if (type === FRAME.ping && (flags & FLAG.ack) === 0) {
      this.#write(frame(FRAME.ping, FLAG.ack, 0, payload));
    } else if (type === FRAME.windowUpdate && stream === 0) {
      this.#windowBytes += payload.readUInt32BE(0);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const { call, onAnswer } of waiting) this.call(call, onAnswer);
    } else if (type === FRAME.goAway) {
      throw new Error(`the service closes the connection: ${payload.subarray(8).toString()}`);
    } else if (type === FRAME.rstStream) {
      this.#end(stream);
    } else if (type === FRAME.data || type === FRAME.headers) {
      const running = this.#running.get(stream);
      if (running !== undefined && type === FRAME.data && payload.length > 0) {
        running.message = running.message ? Buffer.concat([running.message, payload]) : payload;
      }
      if ((flags & FLAG.endStream) !== 0) this.#end(stream);
    }
  }

  #end(stream: number): void {
    const running = this.#running.get(stream);
    if (running === undefined) return;
    this.#running.delete(stream);
    running.onAnswer(running.message?.subarray(5));
  }
}
