/** A process that bench/telemetry.ts measures: the real authz with a real Redis. Arguments: settings, as --set has them. */
import { startTestAuthz } from '../../test/support/authz.ts';

export interface BenchAuthz {
  port: number;
  key: string;
}

const authz = await startTestAuthz(
  ...['telemetry.logs.level=error', 'inspection.enabled=false', ...process.argv.slice(2)],
);
const { key } = await authz.keys((keys) => keys.createKey({ client: 'service-a', tier: 'pro' }));
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', async () => {
  await authz.close();
  process.exit();
});
process.send?.({ port: authz.port, key } satisfies BenchAuthz);
