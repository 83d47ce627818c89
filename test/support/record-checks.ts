/**
 * Records the CheckRequests that the real Envoy sends. By itself it writes them, one file each, into the folder that is
 * its argument: `scripts/node test/support/record-checks.ts src/authz/codec/recorded`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveUnary } from '../../src/grpc/index.ts';
import { makeTestAuthority } from './authority.ts';
import { encodeCheckResponse } from './check-message.ts';
import { startTestEnvoy } from './envoy.ts';
import { startStubUpstreams } from './envoy-upstreams.ts';
import { type RawRequest, send } from './http.ts';

const BODY = '{"prompt":"Größe?"}';
/** Node writes headers as Latin-1. */
const NOT_ASCII = Buffer.from('acme/größe').toString('latin1');
const HEADERS = { 'x-api-key': 'a-key', 'x-repo': NOT_ASCII, 'content-type': 'application/json' };
const REFUSAL = encodeCheckResponse({
  status: { code: 7 },
  denied_response: { status: { code: 403 }, body: 'recorded' },
});

/** How Envoy's configuration is changed for a recording. */
const AS_IT_IS = (yaml: string) => yaml;
const RAW_HEADERS = (yaml: string) =>
  yaml.replace(/( *)with_request_body:/, '$1encode_raw_headers: true\n$&');
const BODY_AS_TEXT = (yaml: string) => yaml.replace('pack_as_bytes: true', 'pack_as_bytes: false');

interface Recording {
  edit: (yaml: string) => string;
  request: RawRequest & { tls?: boolean };
}

const RECORDINGS: Record<string, Recording> = {
  'reading-http1': {
    edit: AS_IT_IS,
    request: { path: '/claude/status/1?wait=1', headers: { 'x-api-key': 'a-key' } },
  },
  'submitting-http1': {
    edit: AS_IT_IS,
    request: { path: '/claude/invoke', method: 'POST', headers: HEADERS, body: BODY, contentLength: true },
  },
  'submitting-http2': {
    edit: AS_IT_IS,
    request: { path: '/claude/invoke', method: 'POST', headers: HEADERS, body: BODY, http2: true, tls: true },
  },
  'client-certificate': { edit: AS_IT_IS, request: { path: '/claude/status/1', tls: true } },
  'raw-headers': {
    edit: RAW_HEADERS,
    request: {
      path: '/claude/invoke',
      method: 'POST',
      headers: { ...HEADERS, 'x-repo': ['one', NOT_ASCII] },
      body: BODY,
      contentLength: true,
    },
  },
  'body-as-text': {
    edit: BODY_AS_TEXT,
    request: { path: '/claude/invoke', method: 'POST', headers: HEADERS, body: BODY, contentLength: true },
  },
};

/** @returns by its name the bytes of each recording's one CheckRequest */
export async function recordChecks(): Promise<Record<string, Buffer>> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-record-'));
  const authority = await makeTestAuthority();
  await writeFile(join(dir, 'ca.pem'), authority.ca);
  const certificate = await authority.issue({
    names: [{ type: 'url', value: 'spiffe://example.org/ns/acme/sa/service-a' }],
  });
  const mtls = {
    caFile: join(dir, 'ca.pem'),
    rules: [{ spiffe: 'spiffe://example.org/ns/acme/sa/{client}', client: '{client}', tier: 'pro' }],
  };
  const stubs = await startStubUpstreams();
  let seen: Buffer | undefined;
  const authz = await serveUnary({
    services: [
      {
        name: 'envoy.service.auth.v3.Authorization',
        proto: 'envoy/service/auth/v3/external_auth.proto',
        methods: {
          Check: {
            codec: {
              decode: (bytes) => {
                seen = Buffer.from(bytes);
              },
              encode: () => REFUSAL,
            },
            handler: () => {},
          },
        },
      },
    ],
    ...{ host: '127.0.0.1', port: 0, maxReceiveBytes: 2 ** 20 },
    onError() {},
  });
  const recorded: Record<string, Buffer> = {};
  try {
    for (const [name, { edit, request }] of Object.entries(RECORDINGS)) {
      const envoy = await startTestEnvoy({
        upstreams: { ...stubs.addresses, authz: { host: '127.0.0.1', port: authz.port } },
        set: [`identity.mtls=${JSON.stringify(mtls)}`],
        edit,
      });
      try {
        const { tls = false, ...sent } = request;
        const withCertificate = name === 'client-certificate' ? { certificate } : {};
        seen = undefined;
        await send(tls ? envoy.tlsUrl : envoy.url, { ...sent, ...withCertificate });
        if (seen === undefined) throw new Error(`Envoy asked nothing about ${name}`);
        recorded[name] = seen;
      } finally {
        await envoy.close();
      }
    }
  } finally {
    await authz.close(0);
    await stubs.close();
    await rm(dir, { recursive: true, force: true });
  }
  return recorded;
}

if (import.meta.main) {
  const [folder = '.'] = process.argv.slice(2);
  for (const [name, bytes] of Object.entries(await recordChecks())) {
    await writeFile(join(folder, `${name}.bin`), bytes);
  }
}
