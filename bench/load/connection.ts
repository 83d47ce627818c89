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

/** Calls of one unary gRPC method over one HTTP/2 connection, as many at once as are wanted. */
export interface CallConnection {
  call(message: Uint8Array, onAnswer: OnAnswer): void;
  close(): void;
}

interface Running {
  onAnswer: OnAnswer;
  message: Buffer | undefined;
}

/** @throws through the process's uncaughtException where the connection breaks: then nothing was measured */
export async function openConnection(
  address: { host: string; port: number },
  method: string,
): Promise<CallConnection> {
  const socket = connect({ ...address, noDelay: true });
  await once(socket, 'connect');
  socket.write(connectionStart());
  return new GrpcConnection(socket, callHeaders(method));
}

class GrpcConnection implements CallConnection {
  readonly #socket: Socket;
  readonly #headers: Buffer;
  readonly #running = new Map<number, Running>();
  #nextStream = 1;
  #windowBytes = INITIAL_WINDOW_BYTES;
  /** Calls that wait for the server to take more. */
  #waiting: { message: Buffer; onAnswer: OnAnswer }[] = [];
  #outgoing: Buffer[] = [];
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, headers: Buffer) {
    this.#socket = socket;
    this.#headers = headers;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
  }

  call(message: Uint8Array, onAnswer: OnAnswer): void {
    this.#send(grpcMessage(message), onAnswer);
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(message: Buffer, onAnswer: OnAnswer): void {
    if (message.length > this.#windowBytes) {
      this.#waiting.push({ message, onAnswer });
      return;
    }
    this.#windowBytes -= message.length;
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#running.set(stream, { onAnswer, message: undefined });
    this.#write(frame(FRAME.headers, FLAG.endHeaders, stream, this.#headers));
    this.#write(frame(FRAME.data, FLAG.endStream, stream, message));
  }

  /** One system call for all that an event-loop tick has to say. */
  #write(bytes: Buffer): void {
    this.#outgoing.push(bytes);
    if (this.#outgoing.length > 1) return;
    setImmediate(() => {
      this.#socket.write(Buffer.concat(this.#outgoing));
      this.#outgoing = [];
    });
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
      for (const { message, onAnswer } of waiting) this.#send(message, onAnswer);
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
