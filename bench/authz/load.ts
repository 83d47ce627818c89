import { fileURLToPath } from 'node:url';
import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

/** A request as Envoy would describe it. */
export interface BenchRequest {
  headers: Record<string, string>;
  body: string;
}

const PROTOS = fileURLToPath(new URL('../../protos', import.meta.url));
const service = loadSync('envoy/service/auth/v3/external_auth.proto', {
  includeDirs: [PROTOS],
  keepCase: true,
})['envoy.service.auth.v3.Authorization'] as unknown as Record<string, MethodDefinition<object, Answer>>;
const check = service.Check as MethodDefinition<object, Answer>;
const IN_FLIGHT = 32;

interface Answer {
  status?: { code?: number };
}

/** The bytes of a CheckRequest. */
export function encode({ headers, body }: BenchRequest): Buffer {
  const raw_body = Buffer.from(body);
  const http = {
    ...{
      id: '1',
      method: 'POST',
      path: '/claude/invoke',
      host: 'gatehouse',
      scheme: 'https',
      protocol: 'HTTP/2',
    },
    ...{ headers, size: raw_body.length, raw_body },
  };
  return check.requestSerialize({ attributes: { request: { http } } });
}

/**
 * Sends requests, 32 in flight, over one connection.
 * @returns the time that each took, in milliseconds
 * @throws where one is not answered with OK
 */
export async function load(port: number, messages: readonly Buffer[]): Promise<number[]> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const took: number[] = [];
  let next = 0;
  const call = (message: Buffer) =>
    new Promise<void>((resolve, reject) => {
      const start = performance.now();
      client.makeUnaryRequest(
        check.path,
        (bytes: Buffer) => bytes,
        check.responseDeserialize,
        message,
        new Metadata(),
        (error, answer) => {
          if (error !== null) return reject(error);
          const code = answer?.status?.code ?? 0;
          if (code !== 0) return reject(new Error(`a check was answered with ${code}`));
          took.push(performance.now() - start);
          resolve();
        },
      );
    });
  const caller = async () => {
    for (let at = next++; at < messages.length; at = next++) await call(messages[at] as Buffer);
  };
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  } finally {
    client.close();
  }
  return took;
}
