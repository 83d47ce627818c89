/**
 * A process that takes spans and counts them, apart from the one that sends checks, which would be slower with spans than
 * without. Says its port, and for each message how many spans have come since the one before.
 */
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { bytesTag, MessageReader } from '../../src/protobuf/index.ts';

const RESOURCE_SPANS = bytesTag(1);
const SCOPE_SPANS = bytesTag(2);
const SPANS = bytesTag(2);
const NOTHING = Buffer.alloc(0);

let spans = 0;

const Export: ServiceDefinition[string] = {
  path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  requestStream: false,
  responseStream: false,
  requestSerialize: () => NOTHING,
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: () => NOTHING,
  responseDeserialize: () => ({}),
};

const server = new Server({ 'grpc.max_receive_message_length': -1 });
server.addService(
  { Export },
  {
    Export({ request }: { request: Buffer }, answer: (error: null, response: object) => void) {
      for (const resource of messages(request, RESOURCE_SPANS)) {
        for (const scope of messages(resource, SCOPE_SPANS)) spans += messages(scope, SPANS).length;
      }
      answer(null, {});
    },
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.send?.(port);
});
process.on('message', () => {
  process.send?.(spans);
  spans = 0;
});
process.on('disconnect', () => process.exit());

/** The embedded messages of one field. */
function messages(bytes: Uint8Array, field: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = new MessageReader(bytes);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === field) found.push(reader.bytes());
    else reader.skip(tag);
  }
  return found;
}
