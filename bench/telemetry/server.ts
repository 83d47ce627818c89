/**
 * A process that bench/telemetry.ts measures: the real authz with a real Redis, once without traces and once with. Argument:
 * where those go.
 */
import { startTestAuthz, type TestAuthz } from '../../test/support/authz.ts';

export interface BenchAuthz {
  port: number;
  key: string;
}

export interface BenchServer {
  off: BenchAuthz;
  traced: BenchAuthz;
}

const [endpoint = ''] = process.argv.slice(2);
const off = await start('telemetry.traces.exporter=none');
const traced = await start('telemetry.traces.exporter=otlp', `telemetry.traces.endpoint=${endpoint}`);
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', async () => {
  await Promise.all([off.close(), traced.close()]);
  process.exit();
});
process.send?.({ off: await addressOf(off), traced: await addressOf(traced) } satisfies BenchServer);

function start(...settings: string[]): Promise<TestAuthz> {
  return startTestAuthz('telemetry.logs.level=error', 'inspection.enabled=false', ...settings);
}

async function addressOf({ port, keys }: TestAuthz): Promise<BenchAuthz> {
  const { key } = await keys((administration) =>
    administration.createKey({ client: 'service-a', tier: 'pro' }),
  );
  return { port, key };
}
