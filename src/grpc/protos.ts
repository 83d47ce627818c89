import { fileURLToPath } from 'node:url';
import { loadSync, type PackageDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { MessageError } from '../protobuf/index.ts';
import type { MessageCodec } from './service.ts';

const PROTOS = fileURLToPath(new URL('../../protos', import.meta.url));

/** Plain objects with the field names of the .proto files; enums by name, absent messages null, absent scalars their default. */
const SHAPE = {
  includeDirs: [PROTOS],
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
};

/** All that files and those that they import define. @param protos paths below protos/ */
export function loadDefinitions(protos: string | string[]): PackageDefinition {
  return loadSync(protos, SHAPE);
}

/** @param proto path below protos/ @throws where the file does not define the service */
export function loadService(proto: string, name: string): ServiceDefinition {
  const definition = loadDefinitions(proto)[name];
  if (definition === undefined) throw new Error(`${proto} does not define ${name}`);
  return definition as ServiceDefinition;
}

/**
 * Messages as the .proto files have them: plain objects with their field names; enums are strings, bytes are Buffers,
 * 64-bit integers are numbers; absent message fields are null, absent scalars have their default.
 */
export function protoCodec(definition: ServiceDefinition, method: string): MessageCodec<object, object> {
  const { requestDeserialize, responseSerialize } = definition[method] ?? {};
  if (requestDeserialize === undefined || responseSerialize === undefined) {
    throw new Error(`the .proto file has no method ${method}`);
  }
  return {
    decode(bytes) {
      try {
        return requestDeserialize(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      } catch (error) {
        // As gRPC has it of a request that cannot be parsed (https://grpc.io/docs/guides/status-codes/).
        throw new MessageError('INTERNAL', `the request cannot be read: ${(error as Error).message}`);
      }
    },
    encode: responseSerialize,
  };
}
