import { loadConfig } from '../../src/config/index.ts';
import { consumeJobs } from '../../src/jobs/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { open, QUICK_RECOVERY } from './jobs.ts';

/** A process that takes a job, tells its parent, and never ends it. Arguments: Redis URL, key prefix. */
const [url = '', keyPrefix = ''] = process.argv.slice(2);
const config = loadConfig({ dataDir: '.', cwd: '.', set: [`redis.keyPrefix=${keyPrefix}`] });
consumeJobs(
  { address: { url }, config, logger: silentLogger, now: Date.now, ...QUICK_RECOVERY, availability: open },
  async (_, report) => {
    await report({ type: 'text', text: 'from the killed worker' });
    process.send?.('running');
    return new Promise(() => {});
  },
);
