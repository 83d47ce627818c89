import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseTraceparent } from '../../src/telemetry/index.ts';
import { startTestEnvoy, type TestEnvoy } from '../support/envoy.ts';
import { type StubUpstreams, startStubUpstreams } from '../support/envoy-upstreams.ts';
import { freePort } from '../support/free-port.ts';
import { send } from '../support/http.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp/receiver.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

let receiver: OtlpReceiver;
let stubs: StubUpstreams;
let envoy: TestEnvoy | undefined;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  stubs = await startStubUpstreams();
});
beforeEach(() => stubs.reset());
afterEach(async () => {
  await envoy?.close();
  envoy = undefined;
  receiver.spans.length = 0;
});
afterAll(async () => {
  await stubs?.close();
  await receiver?.close();
});

async function startEnvoy(...set: string[]): Promise<void> {
  envoy = await startTestEnvoy({
    upstreams: stubs.addresses,
    set: [`telemetry.traces.endpoint=${receiver.grpcUrl}`, ...set].map((each) =>
      each.startsWith('telemetry') ? each : `telemetry.traces.${each}`,
    ),
  });
}

/** What the api was told of the trace of each request so far. */
function contexts() {
  return stubs.requests.map(({ headers: { traceparent } }) =>
    parseTraceparent(typeof traceparent === 'string' ? traceparent : undefined),
  );
}

async function ask(headers: Record<string, string> = {}): Promise<void> {
  const answer = await send(envoy?.url ?? '', { path: '/claude/status/1', headers });
  expect(answer.status).toBe(200);
}

/** What the api is told of a request's trace, where no other is under way. */
async function contextOf(headers: Record<string, string> = {}) {
  await ask(headers);
  return contexts().at(-1);
}

const UUID_REASONS = ['9', 'a', 'b'].map((digit) => `00000000-0000-${digit}000-8000-000000000000`);

test('a caller cannot have its request recorded, or join a trace', async () => {
  await startEnvoy('sampling.ratio=0');
  const attempts: Record<string, string>[] = [
    {},
    { traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
    { 'x-client-trace-id': 'mine' },
    { 'x-envoy-force-trace': 'true' },
    { 'x-b3-traceid': TRACE, 'x-b3-spanid': 'b7ad6b7169203331', 'x-b3-sampled': '1' },
    { 'x-request-id': '00000000-0000-4000-8000-000000000000' },
    ...UUID_REASONS.map((id) => ({ 'x-request-id': id })),
  ];
  for (const headers of attempts) {
    const context = await contextOf(headers);
    expect(context, JSON.stringify(headers)).toMatchObject({ sampled: false });
    expect(context?.traceId).not.toBe(TRACE);
  }
  await envoy?.close();
  expect(receiver.spans).toEqual([]);
});

test('the share of the traces that is recorded does not depend on what callers send', async () => {
  await startEnvoy('sampling.ratio=0.5');
  const same = { 'x-request-id': '00000000-0000-4000-8000-000000000000' };
  await Promise.all(Array.from({ length: 100 }, () => ask(same)));
  expect(stubs.requests).toHaveLength(100);
  const recorded = contexts().filter((context) => context?.sampled).length;
  // Of 100 coins as many show heads, but for one time in a million.
  expect(recorded).toBeGreaterThan(24);
  expect(recorded).toBeLessThan(76);
});

describe('where callers are honoured', () => {
  test('their trace goes on, recorded where they say so', async () => {
    await startEnvoy('sampling.ratio=0', 'callerContext=honour');
    expect(await contextOf({ traceparent: `00-${TRACE}-b7ad6b7169203331-01` })).toMatchObject({
      traceId: TRACE,
      sampled: true,
    });
    const [ingress] = await receiver.trace(TRACE, (spans) => spans.some(({ kind }) => kind === 'server'));
    expect(ingress).toMatchObject({ service: 'gatehouse-envoy' });
    expect(await contextOf()).toMatchObject({ sampled: false });
  });

  test('and not where they do not', async () => {
    await startEnvoy('sampling.ratio=1', 'callerContext=honour');
    expect(await contextOf({ traceparent: `00-${TRACE}-b7ad6b7169203331-00` })).toMatchObject({
      traceId: TRACE,
      sampled: false,
    });
  });
});

test('spans go out over HTTP as well', async () => {
  await startEnvoy(`endpoint=${receiver.httpUrl}`, 'protocol=http/protobuf');
  const context = await contextOf();
  const spans = await receiver.trace(context?.traceId ?? '', (found) =>
    found.some(({ parentSpanId }) => parentSpanId === ''),
  );
  expect(spans.find(({ parentSpanId }) => parentSpanId === '')).toMatchObject({
    service: 'gatehouse-envoy',
    kind: 'server',
    attributes: { 'gatehouse.client': 'service-a', 'gatehouse.tenant': 'default', 'gatehouse.tier': 'pro' },
  });
});

test('with an exporter that Envoy does not have, traces have their ids and its spans go nowhere', async () => {
  await startEnvoy('exporter=jaeger');
  expect(await contextOf()).toMatchObject({ sampled: true });
  expect(envoy?.warnings()).toEqual([]);
});

describe('answers that Envoy makes itself', () => {
  /** One that it gives at once, without a route, and one in place of the api, which is away. */
  async function problems(headers: Record<string, string> = {}) {
    await stubs.stopApi();
    try {
      return await Promise.all(
        ['/nothing', '/claude/status/1'].map(async (path) => {
          const answer = await send(envoy?.url ?? '', { path, headers });
          const logged = await envoy?.logged(String(answer.headers['x-request-id']));
          return { status: answer.status, problem: answer.json(), logged };
        }),
      );
    } finally {
      await stubs.startApi();
    }
  }

  test('have the id of the trace that the access log has, which no caller chooses', async () => {
    await startEnvoy();
    const answers = await problems({ 'x-gatehouse-trace-id': TRACE });
    expect(answers.map(({ status }) => status)).toEqual([404, 503]);
    for (const { problem, logged } of answers) {
      expect(problem.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(problem.traceId).not.toBe(TRACE);
      expect(problem.traceId).toBe(logged?.trace_id);
    }
  });

  test('have it where the trace is not recorded as well', async () => {
    await startEnvoy('sampling.ratio=0');
    for (const { problem, logged } of await problems()) expect(problem.traceId).toBe(logged?.trace_id);
  });

  test('have none where there is no trace', async () => {
    await startEnvoy('exporter=none');
    for (const { problem } of await problems({ 'x-gatehouse-trace-id': TRACE })) {
      expect(problem).not.toHaveProperty('traceId');
    }
  });

  test('leave the id out of what authz is asked', async () => {
    await startEnvoy();
    await ask();
    expect(stubs.checks.at(-1)?.headers).not.toHaveProperty('x-gatehouse-trace-id');
  });
});

test('without an exporter there is no trace', async () => {
  await startEnvoy('exporter=none');
  expect(await contextOf({ traceparent: `00-${TRACE}-b7ad6b7169203331-01` })).toBeUndefined();
});

test('a collector that is away holds up no request and does not fill the log', async () => {
  await startEnvoy(`endpoint=http://127.0.0.1:${await freePort()}`);
  for (let request = 0; request < 200; request += 1) await contextOf();
  expect(envoy?.warnings().length).toBeLessThan(5);
});
