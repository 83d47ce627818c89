/**
 * `gatehouse up` with stand-ins for the roles (see role-process.ts). Arguments: a data dir, then --set values.
 */
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../src/config/index.ts';
import { runUp } from '../../src/up/index.ts';

const [dataDir = '', ...set] = process.argv.slice(2);
process.exitCode = await runUp({
  config: loadConfig({ dataDir, set, cwd: process.cwd() }),
  freePorts: true,
  json: process.env.TEST_TEXT === undefined,
  mainFile: fileURLToPath(new URL('./role-process.ts', import.meta.url)),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
