import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkEnvoy } from '../../src/envoy/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { startTestAuthz, type TestAuthz } from '../support/authz.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { type RawRequest, send } from '../support/http.ts';

const MESH = readFileSync(join(ROOT, 'envoy/mesh.yaml'), 'utf8');
const PAGE = readFileSync(join(ROOT, 'docs/mesh.md'), 'utf8');
/** The page's example of routes. */
const ROUTES = parse(/```yaml\n(routes:[\s\S]*?)```/.exec(PAGE)?.[1] ?? '').routes as object;

let stubs: StubUpstreams;
let authz: TestAuthz;
let envoy: TestEnvoy;
let key: string;
beforeAll(async () => {
  stubs = await startStubUpstreams();
  authz = await startTestAuthz(`routes=${JSON.stringify(ROUTES)}`);
  ({ key } = await authz.keys((keys) => keys.createKey({ client: 'service-a', tier: 'pro' })));
  const { api, ratelimit } = stubs.addresses;
  const ports: Record<string, number> = {
    9901: 0,
    8080: 0,
    9000: api.port,
    9001: authz.port,
    8081: ratelimit.port,
  };
  envoy = await startTestEnvoy({
    upstreams: stubs.addresses,
    edit: () =>
      MESH.replace('name: ingress', 'name: plain').replaceAll(
        /port_value: (\d+)/g,
        (_, port: string) => `port_value: ${ports[port]}`,
      ),
  });
});
beforeEach(() => stubs.reset());
afterAll(async () => {
  await envoy?.close();
  await authz?.close();
  await stubs?.close();
});

const chat = (request: Partial<RawRequest> = {}) =>
  send(envoy.url, {
    path: '/v1/chat/completions',
    method: 'POST',
    body: '{"prompt":"hi"}',
    ...request,
    headers: { 'content-type': 'application/json', 'x-api-key': key, ...request.headers },
  });

test('the real Envoy accepts envoy/mesh.yaml as it is', async () => {
  expect(await checkEnvoy(MESH)).toEqual({ ok: true });
});

test('a request with a key reaches the upstream, named, limited and without its key', async () => {
  const answer = await chat({ headers: { 'x-client-id': 'made-up', 'x-gatehouse-id-token': 'made-up' } });
  expect(answer.status).toBe(200);
  expect(stubs.requests).toMatchObject([{ headers: { 'x-client-id': 'service-a' } }]);
  expect(JSON.stringify(stubs.requests[0]?.headers)).not.toContain(key);
  expect(JSON.stringify(stubs.requests[0]?.headers)).not.toContain('made-up');
  expect(stubs.limitCalls).toMatchObject([
    {
      domain: 'gatehouse',
      descriptors: [
        [
          ['calls', 'submit'],
          ['tier', 'pro'],
          ['tenant', 'default'],
          ['client', 'service-a'],
        ],
      ],
    },
  ]);
});

test.each<[string, Partial<RawRequest>, number]>([
  ['without a key', { headers: { 'x-api-key': '' } }, 401],
  ['on a path that is no route', { path: '/v2/chat' }, 403],
  ['with a prompt that inspection rejects', { body: '{"prompt":"[INST]"}' }, 400],
  [
    'with a body a little over the limit, on HTTP/2',
    { body: Buffer.alloc(10_485_761, ' '), http2: true },
    413,
  ],
])('a request %s goes no further', async (_, request, status) => {
  expect((await chat(request)).status).toBe(status);
  expect(stubs.requests).toEqual([]);
  expect(stubs.limitCalls).toEqual([]);
});
