/**
 * The process that bench/grpc.ts and bench/grpc-soak.ts measure: one method that does nothing. Argument: what it is served
 * by. Tells its parent its port, and what it takes whenever it is asked.
 */
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type MessageCodec, serveUnary } from '../../src/grpc/index.ts';

export const TRANSPORTS = ['fast', 'node:http2', 'grpc-js'] as const;
export type BenchTransport = (typeof TRANSPORTS)[number];

export const METHOD = 'envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit';

export interface Taken {
  cpu: NodeJS.CpuUsage;
  rssBytes: number;
}

/** RateLimitResponse with overall_code OK. */
const ANSWER = Buffer.of(0x08, 0x01);
const codec: MessageCodec<Uint8Array, Uint8Array> = { decode: (bytes) => bytes, encode: (bytes) => bytes };

if (import.meta.main) {
  const transport = process.argv[2] as BenchTransport;
  process.on('message', () => {
    process.send?.({ cpu: process.cpuUsage(), rssBytes: process.memoryUsage.rss() } satisfies Taken);
  });
  process.on('disconnect', () => process.exit());
  process.send?.(transport === 'node:http2' ? await serveByHand() : await serve(transport));
}

async function serve(transport: 'fast' | 'grpc-js'): Promise<number> {
  const [name = '', method = ''] = METHOD.split('/');
  // Half of the answers come a little later, as those that wait for a store do.
  let calls = 0;
  const handler = () => {
    calls += 1;
    return calls % 2 === 0 ? ANSWER : Promise.resolve(ANSWER);
  };
  const { port } = await serveUnary({
    transport,
    services: [
      {
        name,
        proto: 'envoy/service/ratelimit/v3/rls.proto',
        methods: { [method]: { handler, codec } },
      },
    ],
    ...{ host: '127.0.0.1', port: 0, maxReceiveBytes: 2 ** 20 },
    onError: (error) => console.error(error),
  });
  return port;
}

/** As little as gRPC can be on Node's own HTTP/2. */
async function serveByHand(): Promise<number> {
  const framed = Buffer.concat([Buffer.of(0, 0, 0, 0, ANSWER.length), ANSWER]);
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(framed);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
