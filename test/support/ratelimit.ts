import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { loadConfig } from '../../src/config/index.ts';
import { type RunningRatelimit, ratelimitEnvironment, startRatelimit } from '../../src/ratelimit/index.ts';
import type { RedisServerAddress } from '../../src/redis/index.ts';
import { type Logger, silentLogger } from '../../src/telemetry/index.ts';
import { openGrpcClient } from './grpc-client.ts';
import type { Struct } from './struct.ts';

/** The messages as @grpc/proto-loader decodes and encodes them with its own defaults, as any other client would. */
export interface RlsDescriptor {
  entries: { key: string; value: string }[];
  limit?: { requestsPerUnit: number; unit: string; unitMultiplier?: { value: number } };
  hitsAddend?: { value: number };
  isNegativeHits?: boolean;
}

export interface RlsRequest {
  domain: string;
  descriptors: RlsDescriptor[];
  hitsAddend?: number;
}

export interface RlsStatus {
  code: string;
  currentLimit: {
    name: string;
    requestsPerUnit: number;
    unit: string;
    unitMultiplier: { value: number } | null;
  } | null;
  limitRemaining: number;
  durationUntilReset: { seconds: number; nanos: number } | null;
}

export interface RlsResponse {
  overallCode: string;
  statuses: RlsStatus[];
  responseHeadersToAdd: { key: string; value: string }[];
  rawBody: Buffer;
  dynamicMetadata: Struct | null;
}

export interface RlsClient {
  /** @throws ServiceError with the gRPC status */
  check(request: RlsRequest): Promise<RlsResponse>;
  /** What grpc.health.v1 says of a service. */
  health(service: string): Promise<string>;
  close(): void;
}

export interface TestRatelimit extends RlsClient {
  port: number;
  /** Of its HTTP port, such as http://127.0.0.1:40000. */
  httpUrl: string;
  rules: RunningRatelimit['rules'];
  /** Puts another text into one of its rule files, at once. */
  writeRules(index: number, text: string): Promise<void>;
}

export interface TestRatelimitOptions {
  redis: RedisServerAddress;
  /** The text of each rule file. */
  rules: readonly string[];
  /** As --set. */
  set?: readonly string[];
  /** By the environment names of envoyproxy/ratelimit. */
  settings?: Readonly<Record<string, string>>;
  logger?: Logger;
}

/** A real rate limit service on a free port, and a client of it. */
export async function startTestRatelimit(
  options: TestRatelimitOptions,
): Promise<TestRatelimit & { close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-ratelimit-'));
  const files = options.rules.map((_, index) => join(dir, `rules-${index}.yaml`));
  for (const [index, file] of files.entries()) await writeFile(file, options.rules[index] ?? '');
  let service: RunningRatelimit;
  try {
    const config = loadConfig({
      dataDir: dir,
      cwd: dir,
      ported: ratelimitEnvironment({ CONFIG_TYPE: 'FILE', ...options.settings })?.ported,
      set: [
        'listen.ratelimit=127.0.0.1:0',
        'listen.ratelimitHttp=127.0.0.1:0',
        `redis.url=${options.redis.url}`,
        ...(files.length > 0 ? [`ratelimit.files=${JSON.stringify(files)}`] : []),
        ...(options.set ?? []),
      ],
    });
    service = await startRatelimit({ config, logger: options.logger ?? silentLogger });
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  const client = connectRls(service.port);
  return {
    ...client,
    port: service.port,
    httpUrl: `http://127.0.0.1:${service.httpPort}`,
    rules: service.rules,
    async writeRules(index, text) {
      const file = files[index] ?? '';
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    },
    async close() {
      client.close();
      await service.close(0);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A client that knows the .proto files and nothing else of Gatehouse. */
export function connectRls(address: number | string, channel?: ChannelCredentials): RlsClient {
  const client = openGrpcClient(
    address,
    'envoy/service/ratelimit/v3/rls.proto',
    'envoy.service.ratelimit.v3.RateLimitService',
    { longs: Number, oneofs: true },
    channel,
  );
  return {
    check: (request) => client.call('ShouldRateLimit', request),
    health: client.health,
    close: client.close,
  };
}

/** A descriptor such as {client: 'service-a'}. */
export function descriptor(
  entries: Record<string, string>,
  rest: Omit<RlsDescriptor, 'entries'> = {},
): RlsDescriptor {
  return { entries: Object.entries(entries).map(([key, value]) => ({ key, value })), ...rest };
}
