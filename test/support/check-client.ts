import { fileURLToPath } from 'node:url';
import { credentials, makeClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** A request as Envoy would describe it. */
export interface CheckedRequest {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
}

interface HttpAnswer {
  status: { code: string | number };
  headers: { header: { key: string; value: string } }[];
  body: string;
}

export interface CheckAnswer {
  status: { code: number };
  http_response: 'ok_response' | 'denied_response' | 'error_response';
  ok_response?: { headers: HttpAnswer['headers']; headers_to_remove: string[] };
  denied_response?: HttpAnswer;
  error_response?: HttpAnswer;
  dynamic_metadata: { fields: Record<string, { stringValue: string }> } | null;
}

export interface CheckClient {
  check(request: CheckedRequest): Promise<CheckAnswer>;
  /** grpc.health.v1: what the server says of a service. */
  health(service: string): Promise<string>;
  close(): void;
}

const PROTOS = fileURLToPath(new URL('../../protos', import.meta.url));

/** A gRPC client of its own for ext_authz, as a stand-in for Envoy. */
export function openCheckClient(port: number): CheckClient {
  const address = `127.0.0.1:${port}`;
  const authorization = client(
    'envoy/service/auth/v3/external_auth.proto',
    'envoy.service.auth.v3.Authorization',
  );
  const healthService = client('grpc/health/v1/health.proto', 'grpc.health.v1.Health');
  return {
    check: ({ method = 'POST', path = '/claude/invoke', headers = {}, body = '' }) => {
      const raw_body = Buffer.from(body);
      const http = { id: '1', method, path, headers, size: raw_body.length, raw_body, protocol: 'HTTP/1.1' };
      return call(authorization, 'Check', { attributes: { request: { http } } });
    },
    async health(service) {
      return (await call<{ status: string }>(healthService, 'Check', { service })).status;
    },
    close() {
      authorization.close();
      healthService.close();
    },
  };

  function client(proto: string, name: string) {
    const definition = loadSync(proto, {
      includeDirs: [PROTOS],
      keepCase: true,
      enums: String,
      oneofs: true,
      defaults: true,
    });
    const Client = makeClientConstructor(definition[name] as ServiceDefinition, name);
    return new Client(address, credentials.createInsecure(), {
      'grpc.max_send_message_length': -1,
    });
  }
}

function call<Answer>(
  client: InstanceType<ReturnType<typeof makeClientConstructor>>,
  method: string,
  request: object,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    client[method]?.(request, (error: Error | null, answer: Answer) =>
      error ? reject(error) : resolve(answer),
    );
  });
}
