/** Set-up of this folder's tests: a server whose one method does what a test says, and who speaks to it octet by octet. */
import {
  callFields,
  connectPeer,
  FLAG,
  frame,
  grpcMessage,
  type Http2Peer,
  headerBlock,
  TYPE,
} from '../../../test/support/http2-peer.ts';
import { until } from '../../../test/support/until.ts';
import type { GrpcServerOptions } from '../server-options.ts';
import type { UnaryHandler } from '../service.ts';
import { type FastServer, serveFast, type Tuning } from './server.ts';

export const PATH = '/envoy.service.auth.v3.Authorization/Check';
export const MAX_RECEIVE_BYTES = 100_000;

export interface FixtureOptions extends Tuning {
  handler?: UnaryHandler<Buffer, Uint8Array>;
  options?: Partial<GrpcServerOptions>;
}

export interface Fixture {
  server: FastServer;
  /** What handlers and connections failed with. */
  errors: unknown[];
  /** Opens a connection; by default it has sent the preface and SETTINGS. */
  connect(options?: { greets?: boolean }): Promise<Http2Peer>;
  /** Ends all, having seen that the server was left with nothing: no stream, no octet of a message. */
  close(): Promise<void>;
}

/** Answers with what it was sent, unless a test says otherwise. */
export async function startFixture({
  handler = (message) => message,
  options,
  ...tuning
}: FixtureOptions = {}): Promise<Fixture> {
  const errors: unknown[] = [];
  const peers: Http2Peer[] = [];
  const codec = { decode: (bytes: Uint8Array) => bytes, encode: (bytes: Uint8Array) => bytes };
  const server = await serveFast(
    {
      services: [
        {
          name: 'envoy.service.auth.v3.Authorization',
          proto: 'envoy/service/auth/v3/external_auth.proto',
          methods: { Check: { handler, codec } },
        },
      ],
      host: '127.0.0.1',
      port: 0,
      maxReceiveBytes: MAX_RECEIVE_BYTES,
      onError: (error) => errors.push(error),
      ...options,
    },
    tuning,
  );
  const untouchedBytes = server.receiveBudget.leftBytes;
  return {
    server,
    errors,
    async connect({ greets = true } = {}) {
      const address = options?.socket === undefined ? { port: server.port } : { path: options.socket };
      const peer = await connectPeer(address, { greets });
      peers.push(peer);
      return peer;
    },
    async close() {
      for (const peer of peers) peer.close();
      const isClean = () => {
        const { connections, streams } = server.census();
        return connections === 0 && streams === 0 && server.receiveBudget.leftBytes === untouchedBytes;
      };
      await until(isClean, 'the server is left with nothing');
      await server.close(0);
    },
  };
}

/** The frames of one call. */
export function callFrames(
  streamId: number,
  message: Uint8Array = Buffer.alloc(0),
  metadata: Readonly<Record<string, string>> = {},
): Buffer {
  return Buffer.concat([
    headersFrame(streamId, metadata),
    frame(TYPE.data, FLAG.endStream, streamId, grpcMessage(message)),
  ]);
}

/** HEADERS of a call whose message is still to come. */
export function headersFrame(streamId: number, metadata: Readonly<Record<string, string>> = {}): Buffer {
  return frame(TYPE.headers, FLAG.endHeaders, streamId, headerBlock(callFields(PATH, metadata)));
}

/** What the server answered on a stream: the octets of its fields, as text, and its content. */
export async function answerOf(
  peer: Http2Peer,
  streamId: number,
): Promise<{ text: string; content: Buffer }> {
  const all = () => peer.frames.filter((each) => each.streamId === streamId);
  const isEnded = () =>
    all().some(({ type, flags }) => type !== TYPE.rstStream && (flags & FLAG.endStream) !== 0);
  await until(isEnded, `stream ${streamId} is answered`);
  const payloads = (type: number) =>
    Buffer.concat(all().flatMap((each) => (each.type === type ? [each.payload] : [])));
  return { text: payloads(TYPE.headers).toString('latin1'), content: payloads(TYPE.data) };
}

/** Of a failure: the number comes after the octet that tells its length. */
export function statusIn(text: string): number | undefined {
  const status = /grpc-status.(\d+)/.exec(text)?.[1];
  return status === undefined ? undefined : Number(status);
}
