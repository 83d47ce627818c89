import { expect, test } from 'vitest';
import { type Config, loadConfig } from '../config/index.ts';
import { withJaeger } from './jaeger.ts';

const at = (port: number) => ({ host: '127.0.0.1', port });
const ADDRESSES = { query: at(1), otlpGrpc: at(2), otlpHttp: at(3), thrift: at(4) };

function traces(...set: string[]): Config['telemetry']['traces'] {
  const config = loadConfig({
    dataDir: '/data',
    cwd: '/',
    set: set.map((each) => `telemetry.traces.${each}`),
  });
  return withJaeger(config, ADDRESSES).telemetry.traces;
}

const OTLP = 'http://127.0.0.1:2';

test.each([
  [[], OTLP, OTLP],
  [['protocol=http/protobuf'], 'http://127.0.0.1:3/v1/traces', 'http://127.0.0.1:3/v1/traces'],
  [['exporter=jaeger'], 'http://127.0.0.1:4/api/traces', OTLP],
])('traces go where this Jaeger takes them: %j', (set, endpoint, envoyEndpoint) => {
  expect(traces(...set)).toMatchObject({ endpoint, envoyEndpoint });
});

test('what the configuration says stands', () => {
  const own = {
    endpoint: 'http://collector:4317',
    uiUrl: 'http://jaeger:16686',
    queryUrl: 'http://query:16686',
  };
  expect(traces(...Object.entries(own).map(([name, value]) => `${name}=${value}`))).toMatchObject({
    ...own,
    envoyEndpoint: own.endpoint,
  });
});

test('links lead to its API, and the dashboard asks it', () => {
  expect(traces().queryUrl).toBe('http://127.0.0.1:1');
  expect(traces().uiUrl).toBe('http://127.0.0.1:1/api/traces/{traceId}');
});
