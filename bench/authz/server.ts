/**
 * The process that bench/authz.ts measures: the real authz with a real Redis, once without and once with inspection,
 * and a handler that does nothing, all on the same transport. Argument: the configuration of its issuer as JSON.
 */
import { serveUnary } from '../../src/grpc/index.ts';
import { startTestAuthz } from '../../test/support/authz.ts';

export interface BenchPorts {
  nothing: number;
  authz: number;
  inspecting: number;
  key: string;
  inspectingKey: string;
}

/** A CheckResponse with a status, whose code is 0. */
const OK = Buffer.of(0x0a, 0);

const [issuer = '{}'] = process.argv.slice(2);
const settings = [`identity.jwt.issuers=[${issuer}]`, 'telemetry.logs.level=error'];
const authz = await startTestAuthz(...settings, 'inspection.enabled=false');
const inspecting = await startTestAuthz(...settings);
const nothing = await serveUnary({
  services: [
    {
      name: 'envoy.service.auth.v3.Authorization',
      proto: 'envoy/service/auth/v3/external_auth.proto',
      methods: { Check: { codec: { decode() {}, encode: () => OK }, handler() {} } },
    },
  ],
  ...{ host: '127.0.0.1', port: 0, maxReceiveBytes: 2 ** 20 },
  onError() {},
});
const keyOf = async ({ keys }: typeof authz) =>
  (await keys((administration) => administration.createKey({ client: 'service-a', tier: 'pro' }))).key;

const ports: BenchPorts = {
  nothing: nothing.port,
  authz: authz.port,
  inspecting: inspecting.port,
  key: await keyOf(authz),
  inspectingKey: await keyOf(inspecting),
};
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', async () => {
  await Promise.all([authz.close(), inspecting.close(), nothing.close(0)]);
  process.exit();
});
process.send?.(ports);
