import { expect, test } from 'vitest';
import { loadConfig } from './load.ts';
import { envoyTracesEndpoint, tracesEndpoint, traceUrl } from './traces-endpoint.ts';

const traces = (...set: string[]) =>
  loadConfig({ dataDir: '/nowhere', cwd: '/', set: set.map((value) => `telemetry.traces.${value}`) })
    .telemetry.traces;

test('spans go where what is spoken is listened to by custom, unless the configuration says where', () => {
  expect(tracesEndpoint(traces())).toBe('http://127.0.0.1:4317');
  expect(tracesEndpoint(traces('protocol=http/protobuf'))).toBe('http://127.0.0.1:4318/v1/traces');
  expect(tracesEndpoint(traces('exporter=jaeger'))).toBe('http://127.0.0.1:14268/api/traces');
  expect(tracesEndpoint(traces('endpoint=http://collector:4317'))).toBe('http://collector:4317');
});

test("Envoy's spans go along where that takes OTLP, or to an address of their own", () => {
  const own = 'envoyEndpoint=http://collector:4317';
  expect(envoyTracesEndpoint(traces())).toBe('http://127.0.0.1:4317');
  expect(envoyTracesEndpoint(traces('exporter=jaeger'))).toBeUndefined();
  expect(envoyTracesEndpoint(traces('exporter=jaeger', own))).toBe('http://collector:4317');
  expect(envoyTracesEndpoint(traces('exporter=none', own))).toBeUndefined();
  // Envoy has no key.
  expect(envoyTracesEndpoint(traces('headersFile=/secrets/headers'))).toBeUndefined();
  expect(envoyTracesEndpoint(traces('headersFile=/secrets/headers', own))).toBe('http://collector:4317');
});

test("a trace's address is Jaeger's, or what the template says", () => {
  expect(traceUrl(traces(), 'abc')).toBeUndefined();
  expect(traceUrl(traces('uiUrl=http://jaeger:16686/'), 'abc')).toBe('http://jaeger:16686/trace/abc');
  expect(traceUrl(traces('uiUrl=https://apm.example/?t={traceId}&v=1'), 'abc')).toBe(
    'https://apm.example/?t=abc&v=1',
  );
});

test.each(['endpoint', 'envoyEndpoint', 'uiUrl'])('%s takes no password and nothing but HTTP', (name) => {
  for (const bad of ['http://user:secret@collector:4317', 'collector:4317', 'ftp://collector']) {
    expect(() => traces(`${name}=${bad}`)).toThrow(/expected an http/);
  }
});

test('headers are for OTLP alone', () => {
  expect(() => traces('exporter=jaeger', 'headersFile=/secrets/headers')).toThrow(
    /telemetry\.traces\.headersFile[\s\S]*expected none unless exporter is otlp/,
  );
});
