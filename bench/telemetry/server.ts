/**
 * A process that bench/telemetry.ts measures: the real authz with a real Redis, without traces and with, each with prompts not
 * inspected and, as it ships, inspected. Argument: where traces go.
 */
import { startTestAuthz, type TestAuthz } from '../../test/support/authz.ts';

export interface BenchAuthz {
  port: number;
  key: string;
}

export interface BenchServer {
  off: BenchAuthz;
  traced: BenchAuthz;
  inspectingOff: BenchAuthz;
  inspectingTraced: BenchAuthz;
}

const [endpoint = ''] = process.argv.slice(2);
const OFF = ['telemetry.traces.exporter=none'];
const TRACED = ['telemetry.traces.exporter=otlp', `telemetry.traces.endpoint=${endpoint}`];
const UNINSPECTED = 'inspection.enabled=false';
const started = {
  off: await start(UNINSPECTED, ...OFF),
  traced: await start(UNINSPECTED, ...TRACED),
  inspectingOff: await start(...OFF),
  inspectingTraced: await start(...TRACED),
} satisfies Record<keyof BenchServer, TestAuthz>;
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', async () => {
  await Promise.all(Object.values(started).map((authz) => authz.close()));
  process.exit();
});
process.send?.({
  off: await addressOf(started.off),
  traced: await addressOf(started.traced),
  inspectingOff: await addressOf(started.inspectingOff),
  inspectingTraced: await addressOf(started.inspectingTraced),
} satisfies BenchServer);

function start(...settings: string[]): Promise<TestAuthz> {
  return startTestAuthz('telemetry.logs.level=error', ...settings);
}

async function addressOf({ port, keys }: TestAuthz): Promise<BenchAuthz> {
  const { key } = await keys((administration) =>
    administration.createKey({ client: 'service-a', tier: 'pro' }),
  );
  return { port, key };
}
