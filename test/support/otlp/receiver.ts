import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { until } from '../until.ts';
import { type ExportRequest, type ReceivedSpan, receivedSpans } from './received-span.ts';

/** A collector of traces that keeps what it gets. It knows OpenTelemetry's protocol and nothing else of Gatehouse. */
export interface OtlpReceiver {
  /** For telemetry.traces.endpoint, over gRPC. */
  grpcUrl: string;
  /** As grpcUrl, over HTTP. */
  httpUrl: string;
  spans: ReceivedSpan[];
  /** What the last message said in `authorization`. */
  authorization: string | undefined;
  /** Refuses what comes, as a collector that is overloaded. */
  refuse: boolean;
  /** The spans of a trace, once they are as they should be. */
  trace(traceId: string, isWhole: (spans: ReceivedSpan[]) => boolean): Promise<ReceivedSpan[]>;
  close(): Promise<void>;
}

/** An absent field is undefined, which tells values of a oneof apart. */
const SHAPE = { keepCase: true, longs: String, enums: String, arrays: true } as const;
/** The exporters wait a second for more; Envoy up to five. */
const WAIT_MS = 30_000;

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const file = fileURLToPath(new URL('./trace_service.proto', import.meta.url));
  const name = 'opentelemetry.proto.collector.trace.v1.TraceService';
  const service = loadSync(file, SHAPE)[name] as ServiceDefinition;
  const decode = service.Export?.requestDeserialize as (bytes: Buffer) => ExportRequest;

  const Export: handleUnaryCall<ExportRequest, object> = (call, callback) => {
    receiver.authorization = call.metadata.get('authorization')[0]?.toString();
    if (receiver.refuse) return callback({ code: status.UNAVAILABLE, details: 'not now' });
    receiver.spans.push(...receivedSpans(call.request));
    callback(null, {});
  };
  const grpc = new Server();
  grpc.addService(service, { Export });
  const grpcPort = await new Promise<number>((resolve, reject) =>
    grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  const http = createServer(async (request, response) => {
    receiver.authorization = request.headers.authorization;
    if (receiver.refuse || request.url !== '/v1/traces') return void response.writeHead(503).end();
    receiver.spans.push(...receivedSpans(decode(await buffer(request))));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');

  const receiver: OtlpReceiver = {
    grpcUrl: `http://127.0.0.1:${grpcPort}`,
    httpUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1/traces`,
    spans: [],
    authorization: undefined,
    refuse: false,
    async trace(traceId, isWhole) {
      const ofTrace = () => receiver.spans.filter((span) => span.traceId === traceId);
      await until(() => isWhole(ofTrace()), `the trace ${traceId} is whole`, WAIT_MS).catch((error) => {
        throw new Error(
          `${error}; it has ${JSON.stringify(ofTrace().map(({ service, name }) => `${service}: ${name}`))}`,
        );
      });
      return ofTrace();
    },
    async close() {
      grpc.forceShutdown();
      http.closeAllConnections();
      http.close();
    },
  };
  return receiver;
}
