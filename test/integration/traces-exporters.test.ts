import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { createMetrics, openTraces, silentTracer } from '../../src/telemetry/index.ts';
import { freePort } from '../support/free-port.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp/receiver.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { until } from '../support/until.ts';

const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true };

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver?.close());

async function open(...set: string[]) {
  const config = loadConfig({
    dataDir: '/nowhere',
    cwd: '/',
    set: set.map((each) => `telemetry.traces.${each}`),
  });
  const metrics = await createMetrics();
  const { logger, lines } = recordingLogger();
  const traces = openTraces({ config, role: 'test', logger, metrics });
  const count = async (name: string) =>
    (await metrics.registry.getSingleMetric(name)?.get())?.values.reduce((sum, { value }) => sum + value, 0);
  return {
    ...traces,
    lines,
    sent: () => count('gatehouse_traces_spans_sent_total'),
    lost: () => count('gatehouse_traces_spans_lost_total'),
    /** A span with all that a span may have. */
    tell(name: string) {
      const span = traces.tracer.start(name, PARENT, {
        kind: 'client',
        startMs: 1_767_323_045_000.25,
        links: [{ ...PARENT, spanId: '1111111111111111' }],
        attributes: {
          'gen_ai.request.model': 'a-model',
          'gen_ai.usage.input_tokens': 7,
          'gen_ai.response.finish_reasons': ['end_turn'],
          'gatehouse.model.provider': undefined,
        },
      });
      span.end({ endMs: 1_767_323_046_500.75, error: 'overloaded' });
    },
  };
}

test.each([
  ['gRPC', () => [`endpoint=${receiver.grpcUrl}`]],
  ['HTTP', () => [`endpoint=${receiver.httpUrl}`, 'protocol=http/protobuf']],
])('a span arrives by OTLP over %s as it was told', async (name, set) => {
  const traces = await open(...set());
  traces.tell(name);
  const [span] = await receiver.trace(PARENT.traceId, (spans) => spans.some((each) => each.name === name));
  expect(span).toEqual({
    service: 'gatehouse-test',
    name,
    kind: 'client',
    traceId: PARENT.traceId,
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    parentSpanId: PARENT.spanId,
    startMs: 1_767_323_045_000.25,
    endMs: 1_767_323_046_500.75,
    attributes: {
      'gen_ai.request.model': 'a-model',
      'gen_ai.usage.input_tokens': 7,
      'gen_ai.response.finish_reasons': ['end_turn'],
      'error.type': 'overloaded',
    },
    links: [{ traceId: PARENT.traceId, spanId: '1111111111111111' }],
    isError: true,
  });
  await until(async () => (await traces.sent()) === 1, 'it is counted');
  await traces.close(1_000);
  receiver.spans.length = 0;
});

test.each([
  ['gRPC', () => [`endpoint=${receiver.grpcUrl}`]],
  ['HTTP', () => [`endpoint=${receiver.httpUrl}`, 'protocol=http/protobuf']],
])('over %s a collector gets the key that it asks for', async (name, set) => {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-traces-'));
  const file = join(dir, 'headers');
  await writeFile(file, 'Authorization: Bearer planted-secret\n');
  const traces = await open(...set(), `headersFile=${file}`);
  traces.tell(`with a key over ${name}`);
  await until(async () => (await traces.sent()) === 1, 'it is taken');
  expect(receiver.authorization).toBe('Bearer planted-secret');
  await traces.close(1_000);
  await rm(dir, { recursive: true });
  receiver.spans.length = 0;
});

test('a file of headers that is not there keeps a role from starting', async () => {
  await expect(open('headersFile=/nowhere/headers')).rejects.toThrow(
    'telemetry.traces.headersFile: /nowhere/headers cannot be read (ENOENT)',
  );
});

test("a span goes to an older Jaeger's collector in Jaeger's own format", async () => {
  const bodies: Buffer[] = [];
  const collector = createServer(async (request, response) => {
    if (request.url === '/api/traces') bodies.push(await buffer(request));
    response.writeHead(202).end();
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const traces = await open('exporter=jaeger', `endpoint=http://127.0.0.1:${port}/api/traces`);
  traces.tell('in thrift');
  await until(() => bodies.length > 0, 'the collector has it');
  const text = String(Buffer.concat(bodies));
  for (const part of ['in thrift', 'gatehouse-test', 'gen_ai.request.model']) expect(text).toContain(part);
  await traces.close(1_000);
  collector.closeAllConnections();
  collector.close();
});

test('a span is written to standard output', async () => {
  const program = `
    import { openTraces, createMetrics, silentLogger } from '${new URL('../../src/telemetry/index.ts', import.meta.url)}';
    import { loadConfig } from '${new URL('../../src/config/index.ts', import.meta.url)}';
    const config = loadConfig({ dataDir: '/', cwd: '/', set: ['telemetry.traces.exporter=console'] });
    const metrics = await createMetrics();
    const traces = openTraces({ config, role: 'test', logger: silentLogger, metrics });
    traces.tracer.start('on the console', ${JSON.stringify(PARENT)}).end();
    await traces.close(10_000);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  expect(stdout).toContain('on the console');
});

test('without an exporter there is nothing', async () => {
  expect((await open('exporter=none')).tracer).toBe(silentTracer);
});

test('a collector that is away loses spans, is said once, and is not waited for', async () => {
  const traces = await open(`endpoint=http://127.0.0.1:${await freePort()}`);
  for (let each = 0; each < 10_000; each += 1) traces.tell('lost');
  // What waits beyond four batches is lost at once.
  expect(await traces.lost()).toBe(10_000 - 4 * 2_048);
  await until(() => traces.lines.length > 0, 'it is said', 20_000);
  await traces.close(100);
  expect(traces.lines).toMatchObject([{ level: 'warn', code: 'traces_unavailable' }]);
  expect(await traces.lost()).toBe(10_000);
});

test('a collector that refuses is one that is away, until it takes spans again', async () => {
  receiver.refuse = true;
  const traces = await open(`endpoint=${receiver.grpcUrl}`);
  traces.tell('refused');
  await until(async () => (await traces.lost()) === 1, 'it is lost', 20_000);
  receiver.refuse = false;
  traces.tell('taken');
  await until(async () => (await traces.sent()) === 1, 'the next gets out', 20_000);
  expect(traces.lines).toMatchObject([{ level: 'warn' }, { level: 'info', code: 'traces_unavailable' }]);
  await traces.close(1_000);
});

test('a collector that hangs loses what it was given, until it answers again', async () => {
  const held: Socket[] = [];
  let hangs = true;
  const collector = createTcpServer((socket) => {
    held.push(socket.on('error', () => {}));
    if (hangs) socket.resume();
    else socket.pipe(connect(Number(new URL(receiver.grpcUrl).port), '127.0.0.1')).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const traces = await open(`endpoint=http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
  traces.tell('held');
  await until(async () => (await traces.lost()) === 1, 'it is lost', 20_000);
  hangs = false;
  for (const socket of held.splice(0)) socket.destroy();
  traces.tell('taken');
  await until(async () => (await traces.sent()) === 1, 'the next gets out', 20_000);
  expect(traces.lines).toMatchObject([{ level: 'warn' }, { level: 'info', code: 'traces_unavailable' }]);
  await traces.close(1_000);
  for (const socket of held) socket.destroy();
  collector.close();
}, 60_000);
