import { loadConfig } from '../../src/config/index.ts';
import { startRatelimit } from '../../src/ratelimit/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';

/**
 * A rate limit service in a process of its own, which tells its parent its port and ends with it.
 * Arguments: data folder, then settings as `a.b.c=value`.
 */
const [dataDir = '', ...set] = process.argv.slice(2);
const config = loadConfig({ dataDir, cwd: dataDir, set });
const service = await startRatelimit({ config, logger: silentLogger });
process.on('disconnect', () => process.exit(0));
process.send?.({ port: service.port });
