import { openGrpcClient } from './grpc-client.ts';

/** A request as Envoy would describe it. */
export interface CheckedRequest {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
  /** Address of whoever is connected to Envoy. */
  from?: string;
  /** How long the caller waits; long when absent. */
  deadlineMs?: number;
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

/** A gRPC client of its own for ext_authz, as a stand-in for Envoy. */
export function openCheckClient(port: number): CheckClient {
  const client = openGrpcClient(
    port,
    'envoy/service/auth/v3/external_auth.proto',
    'envoy.service.auth.v3.Authorization',
    { keepCase: true, oneofs: true },
  );
  return {
    check: ({
      method = 'POST',
      path = '/claude/invoke',
      headers = {},
      body = '',
      from = '127.0.0.1',
      deadlineMs,
    }) => {
      const raw_body = Buffer.from(body);
      const http = { id: '1', method, path, headers, size: raw_body.length, raw_body, protocol: 'HTTP/1.1' };
      const source = { address: { socket_address: { address: from, port_value: 40_000 } } };
      return client.call('Check', { attributes: { source, request: { http } } }, deadlineMs);
    },
    health: client.health,
    close: client.close,
  };
}
