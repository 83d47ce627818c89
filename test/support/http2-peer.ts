import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from './until.ts';

export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

export interface PeerFrame {
  type: number;
  flags: number;
  streamId: number;
  payload: Buffer;
}

/** A frame as RFC 9113 4.1 has it, sensible or not. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function settings(...pairs: [id: number, value: number][]): Buffer {
  const entries = pairs.map(([id, value]) => Buffer.concat([Buffer.of(id >> 8, id), uint32(value)]));
  return frame(TYPE.settings, 0, 0, Buffer.concat(entries));
}

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Literal fields that are not indexed (RFC 7541 6.2.2), without Huffman coding. */
export function headerBlock(fields: Readonly<Record<string, string>>): Buffer {
  const text = (value: string) => {
    const bytes = Buffer.from(value, 'latin1');
    const length =
      bytes.length < 127
        ? [bytes.length]
        : [127, ((bytes.length - 127) & 0x7f) | 0x80, ((bytes.length - 127) >> 7) & 0x7f];
    return Buffer.concat([Buffer.from(length), bytes]);
  };
  const parts = Object.entries(fields).flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]);
  return Buffer.concat(parts);
}

/** The fields of a gRPC call. */
export function callFields(
  path: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': 'localhost',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...more,
  };
}

/** A gRPC message after its prefix. */
export function grpcMessage(message: Uint8Array, isCompressed = false): Buffer {
  return Buffer.concat([Buffer.of(isCompressed ? 1 : 0), uint32(message.length), message]);
}

/** A client of HTTP/2 that sends what it is told, and keeps all frames that come back. */
export interface Http2Peer {
  readonly socket: Socket;
  readonly frames: PeerFrame[];
  /** Whether the server ended the connection, or it broke. */
  readonly isClosed: boolean;
  send(...bytes: Uint8Array[]): void;
  /** Waits for a frame that has not been waited for. */
  next(type: number, streamId?: number): Promise<PeerFrame>;
  /** Waits for the end. @returns the error code of the last GOAWAY, undefined where there was none */
  closed(): Promise<number | undefined>;
  /** Answers each PING and SETTINGS of the server from now on. */
  behave(): void;
  close(): void;
}

/** @param greets whether the preface and empty SETTINGS are sent */
export async function connectPeer(
  address: { port: number; host?: string } | { path: string },
  { greets = true, socket }: { greets?: boolean; socket?: Socket } = {},
): Promise<Http2Peer> {
  const own = socket ?? connect('path' in address ? address : { host: '127.0.0.1', ...address });
  if (socket === undefined) await once(own, 'connect');
  const peer = new RawPeer(own);
  if (greets) peer.send(PREFACE, settings());
  return peer;
}

class RawPeer implements Http2Peer {
  readonly socket: Socket;
  readonly frames: PeerFrame[] = [];
  isClosed = false;
  #rest = Buffer.alloc(0);
  #waitedFor = new Set<PeerFrame>();
  #behaves = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    for (const event of ['end', 'close', 'error']) {
      socket.on(event, () => {
        this.isClosed = true;
      });
    }
  }

  send(...bytes: Uint8Array[]): void {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(bytes));
  }

  async next(type: number, streamId?: number): Promise<PeerFrame> {
    const find = () =>
      this.frames.find(
        (each) =>
          each.type === type &&
          (streamId === undefined || each.streamId === streamId) &&
          !this.#waitedFor.has(each),
      );
    await until(() => find() !== undefined, `a frame of type ${type} on stream ${streamId ?? 'any'}`);
    const found = find() as PeerFrame;
    this.#waitedFor.add(found);
    return found;
  }

  async closed(): Promise<number | undefined> {
    await until(() => this.isClosed, 'the server ends the connection');
    return this.frames.findLast(({ type }) => type === TYPE.goAway)?.payload.readUInt32BE(4);
  }

  behave(): void {
    this.#behaves = true;
  }

  close(): void {
    this.socket.destroy();
  }

  #read(bytes: Buffer): void {
    let all = Buffer.concat([this.#rest, bytes]);
    while (all.length >= 9 && all.length >= 9 + all.readUIntBE(0, 3)) {
      const end = 9 + all.readUIntBE(0, 3);
      const [type = 0, flags = 0] = [all[3], all[4]];
      const streamId = all.readUInt32BE(5) & 0x7fffffff;
      const received = { type, flags, streamId, payload: all.subarray(9, end) };
      this.frames.push(received);
      if (this.#behaves && (flags & FLAG.ack) === 0) {
        if (type === TYPE.ping) this.send(frame(TYPE.ping, FLAG.ack, 0, received.payload));
        if (type === TYPE.settings) this.send(frame(TYPE.settings, FLAG.ack, 0));
      }
      all = all.subarray(end);
    }
    this.#rest = all;
  }
}
