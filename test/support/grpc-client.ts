import { fileURLToPath } from 'node:url';
import {
  type ChannelCredentials,
  credentials,
  makeClientConstructor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync, type Options } from '@grpc/proto-loader';

/** A client of one gRPC service that knows its .proto files and nothing else of Gatehouse. */
export interface GrpcClient {
  /** @param deadlineMs how long to wait @throws ServiceError with the gRPC status */
  call<Answer>(method: string, request: object, deadlineMs?: number): Promise<Answer>;
  /** What grpc.health.v1 says of a service. */
  health(service: string): Promise<string>;
  close(): void;
}

type Callback = (error: Error | null, answer: unknown) => void;
type Stub = { close(): void } & Record<
  string,
  ((request: object, options: { deadline: number }, callback: Callback) => unknown) | undefined
>;

const PROTOS = fileURLToPath(new URL('../../protos', import.meta.url));
const DEADLINE_MS = 10_000;

/**
 * @param address a port of loopback, or a name such as `unix:/tmp/grpc.sock`
 * @param messages how messages are shown, as options of @grpc/proto-loader; enums by name and defaults filled in always
 */
export function openGrpcClient(
  address: number | string,
  proto: string,
  service: string,
  messages: Options = {},
  channel: ChannelCredentials = credentials.createInsecure(),
): GrpcClient {
  const stub = (file: string, name: string): Stub => {
    const definition = loadSync(file, { includeDirs: [PROTOS], enums: String, defaults: true, ...messages });
    const Client = makeClientConstructor(definition[name] as ServiceDefinition, name);
    const options = { 'grpc.max_send_message_length': -1 };
    const target = typeof address === 'number' ? `127.0.0.1:${address}` : address;
    return new Client(target, channel, options) as unknown as Stub;
  };
  const call = <Answer>(client: Stub, method: string, request: object, deadlineMs = DEADLINE_MS) =>
    new Promise<Answer>((resolve, reject) => {
      client[method]?.(request, { deadline: Date.now() + deadlineMs }, (error, answer) =>
        error ? reject(error) : resolve(answer as Answer),
      );
    });
  const own = stub(proto, service);
  const health = stub('grpc/health/v1/health.proto', 'grpc.health.v1.Health');
  return {
    call: (method, request, deadlineMs) => call(own, method, request, deadlineMs),
    health: async (name) => (await call<{ status: string }>(health, 'Check', { service: name })).status,
    close() {
      own.close();
      health.close();
    },
  };
}
