import { loadConfig } from '../../src/config/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { openWorkspaces } from '../../src/workspaces/index.ts';
import { workspacePlaces } from './workspaces.ts';

/**
 * A process that prepares the branch main of the workspace shop, tells its parent so, and ends.
 * Arguments: data folder, then settings as `a.b.c=value`.
 */
const [dataDir = '', ...set] = process.argv.slice(2);
const config = loadConfig({ dataDir, cwd: dataDir, set });
const workspaces = openWorkspaces({
  config,
  logger: silentLogger,
  environment: process.env,
  now: Date.now,
  places: workspacePlaces(),
});
await workspaces.prepare('shop', 'main', new AbortController().signal);
process.send?.('prepared');
await workspaces.close();
process.disconnect?.();
