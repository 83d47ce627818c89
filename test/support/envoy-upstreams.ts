import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostPort } from '../../src/config/index.ts';
import { type GrpcServer, serveUnary } from '../../src/grpc/index.ts';

/** The parts of a CheckRequest that tests look at. */
export interface SeenCheck {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface SeenRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** An array of [key, value] for each descriptor. */
export type SeenDescriptors = [string, string][][];

export interface StubUpstreams {
  addresses: { authz: HostPort; ratelimit: HostPort; api: HostPort };
  checks: SeenCheck[];
  /** What authz answers; by default `allowed()`. */
  decide: (check: SeenCheck) => unknown | Promise<unknown>;
  /** hits: of each descriptor; undefined where the call says none. */
  limitCalls: { domain: string; descriptors: SeenDescriptors; hits: (number | undefined)[] }[];
  /** What the rate limit service answers; by default OK. */
  limit: () => unknown | Promise<unknown>;
  /** Without the health checks. */
  requests: SeenRequest[];
  /** What the api answers; by default 200 with a short JSON body. */
  answer: (request: SeenRequest, response: ServerResponse) => void;
  /** The status that the api's health checks get; by default 200. */
  health: number;
  /** Everything as it was at the start. */
  reset(): void;
  stopAuthz(): Promise<void>;
  stopRatelimit(): Promise<void>;
  stopApi(): Promise<void>;
  /** Again, at the same address. */
  startApi(): Promise<void>;
  close(): Promise<void>;
}

/** An authz answer that lets the request pass, with the metadata and headers that the real one sets. */
export function allowed(metadata: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const identity = { client: 'service-a', tenant: 'default', tier: 'pro', route: 'submit', ...metadata };
  return {
    status: { code: 0 },
    ok_response: {
      headers: Object.entries({ 'x-client-id': 'service-a', 'x-gatehouse-assertion': 'jws', ...headers }).map(
        ([key, value]) => ({ header: { key, value } }),
      ),
      headers_to_remove: ['x-api-key', 'authorization', 'x-gatehouse-id-token'],
    },
    dynamic_metadata: struct(identity),
  };
}

/** An authz answer that refuses the request. */
export function denied(code: string, body: string, headers: Record<string, string> = {}) {
  return {
    status: { code: 16 },
    denied_response: {
      status: { code },
      headers: Object.entries(headers).map(([key, value]) => ({ header: { key, value } })),
      body,
    },
    dynamic_metadata: struct({ client: 'service-a', tier: 'pro' }),
  };
}

/** Stand-ins for authz, the rate limit service and the api, which record what reaches them. */
export async function startStubUpstreams(): Promise<StubUpstreams> {
  const authz = await serve('envoy.service.auth.v3.Authorization', 'auth/v3/external_auth', {
    Check: {
      handler(request) {
        const http = request.attributes.request.http;
        const check = { method: http.method, path: http.path, headers: http.headers, body: http.raw_body };
        stubs.checks.push(check);
        return stubs.decide(check);
      },
    },
  });
  const ratelimit = await serve('envoy.service.ratelimit.v3.RateLimitService', 'ratelimit/v3/rls', {
    ShouldRateLimit: {
      handler({ domain, descriptors }) {
        stubs.limitCalls.push({
          domain,
          descriptors: descriptors.map((descriptor: { entries: { key: string; value: string }[] }) =>
            descriptor.entries.map(({ key, value }) => [key, value]),
          ),
          hits: descriptors.map((descriptor: { hits_addend: { value: number } | null }) =>
            descriptor.hits_addend === null ? undefined : Number(descriptor.hits_addend.value),
          ),
        });
        return stubs.limit();
      },
    },
  });
  const api = createServer(recorder((request, response) => stubs.answer(request, response)));
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const stopApi = async () => {
    if (!api.listening) return;
    const gone = once(api, 'close');
    api.close();
    api.closeAllConnections();
    await gone;
  };

  const at = (port: number): HostPort => ({ host: '127.0.0.1', port });
  const behaviour = {
    health: 200,
    decide: () => allowed(),
    limit: () => ({ overall_code: 'OK' }),
    answer: (_request: SeenRequest, response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    },
  };
  const stubs: StubUpstreams = {
    addresses: {
      authz: at(authz.port),
      ratelimit: at(ratelimit.port),
      api: at((api.address() as AddressInfo).port),
    },
    checks: [],
    limitCalls: [],
    requests: [],
    ...behaviour,
    reset() {
      Object.assign(stubs, behaviour, { checks: [], limitCalls: [], requests: [] });
    },
    stopAuthz: () => authz.close(0),
    stopRatelimit: () => ratelimit.close(0),
    stopApi,
    async startApi() {
      api.listen(stubs.addresses.api.port, '127.0.0.1');
      await once(api, 'listening');
    },
    async close() {
      await Promise.all([authz.close(0), ratelimit.close(0), stopApi()]);
    },
  };
  return stubs;

  function recorder(answer: StubUpstreams['answer']): RequestListener {
    return async (incoming, response) => {
      if (incoming.headers['user-agent'] === 'Envoy/HC') {
        response.writeHead(stubs.health).end();
        return;
      }
      const request = await seen(incoming);
      stubs.requests.push(request);
      answer(request, response);
    };
  }
}

async function seen(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = '', url = '', headers } = incoming;
  return { method, url, headers, body: Buffer.concat(chunks) };
}

function serve(
  name: string,
  proto: string,
  methods: Parameters<typeof serveUnary>[0]['services'][number]['methods'],
): Promise<GrpcServer> {
  return serveUnary({
    services: [{ name, proto: `envoy/service/${proto}.proto`, methods }],
    host: '127.0.0.1',
    port: 0,
    maxReceiveBytes: 16 * 2 ** 20,
    // A test may have it fail on purpose; Envoy's answer shows it.
    onError() {},
  });
}

/** google.protobuf.Struct as the gRPC library wants it. */
function struct(values: Record<string, unknown>) {
  const wrap = (value: unknown) =>
    typeof value === 'number' ? { numberValue: value } : { stringValue: String(value) };
  return { fields: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, wrap(value)])) };
}
