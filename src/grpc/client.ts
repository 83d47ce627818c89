import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { ChannelCredentials } from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';
import { loadDefinitions, loadService } from './protos.ts';

export interface GrpcClientTls {
  /** PEM authorities; absent: the system's. */
  caFile?: string | undefined;
  certFile?: string | undefined;
  keyFile?: string | undefined;
  /** Name that the server's certificate must be for, where it is not that of the host. */
  serverName?: string | undefined;
}

export interface OpenStreamOptions {
  host: string;
  port: number;
  /** Absent: no TLS. Files are read anew for each stream. */
  tls?: GrpcClientTls | undefined;
  metadata: Readonly<Record<string, string>>;
  maxReceiveBytes: number;
  /** Path below protos/, the service's full name in it, and the method of the stream. */
  proto: string;
  service: string;
  method: string;
  onMessage(message: unknown): void;
  /** Called once, when the stream is over, whatever ended it. */
  onEnd(error: Error): void;
}

export interface GrpcStream {
  send(message: object): void;
  close(): void;
}

const KEEPALIVE_MS = 30_000;

/**
 * Opens a stream in both directions on a connection of its own.
 * @throws where a file of TLS cannot be read; what happens to the connection is told to onEnd
 */
export async function openStream(options: OpenStreamOptions): Promise<GrpcStream> {
  const { host, port, tls } = options;
  const method = loadService(options.proto, options.service)[options.method];
  if (method === undefined) throw new Error(`${options.service} has no method ${options.method}`);
  const name = tls?.serverName ?? host;
  // Loaded here and not before: it takes 10 MB, and few processes open a stream.
  const { Client, credentials, Metadata } = await import('@grpc/grpc-js');
  const client = new Client(
    `${host.includes(':') ? `[${host}]` : host}:${port}`,
    await channelCredentials(tls, credentials),
    {
      'grpc.max_receive_message_length': options.maxReceiveBytes,
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      ...(tls &&
        isIP(name) === 0 && { 'grpc.ssl_target_name_override': name, 'grpc.default_authority': name }),
    },
  );
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(options.metadata)) metadata.set(key, value);
  const call = client.makeBidiStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    metadata,
  );
  let ended = false;
  const end = (error: Error) => {
    if (ended) return;
    ended = true;
    client.close();
    options.onEnd(error);
  };
  call.on('data', options.onMessage);
  call.on('error', end);
  call.on('end', () => end(new Error('the server ended the stream')));
  return {
    send: (message) => void call.write(message),
    close() {
      ended = true;
      call.on('error', () => {});
      call.cancel();
      client.close();
    },
  };
}

async function channelCredentials(
  tls: GrpcClientTls | undefined,
  credentials: typeof import('@grpc/grpc-js').credentials,
): Promise<ChannelCredentials> {
  if (tls === undefined) return credentials.createInsecure();
  const read = async (file: string | undefined) => (file === undefined ? null : readFile(file));
  const [ca, key, cert] = await Promise.all([read(tls.caFile), read(tls.keyFile), read(tls.certFile)]);
  return credentials.createSsl(ca, key, cert);
}

/** From the bytes of one message to a plain object. @throws where they are none */
export function messageReader(proto: string, name: string): (bytes: Buffer) => unknown {
  const definition = loadDefinitions(proto)[name] as MessageTypeDefinition<object, object> | undefined;
  if (definition === undefined) throw new Error(`${proto} does not define ${name}`);
  return (bytes) => definition.deserialize(bytes);
}
