import type { Config } from '../config/index.ts';
import { type RoleName, SERVE_ENVIRONMENT, SERVE_NODE_FLAGS } from '../serve/index.ts';
import type { ChildSpec } from './child-process.ts';
import type { Layout } from './layout.ts';

export interface RoleOptions {
  role: RoleName;
  /** The file that Node runs for a `gatehouse` command. */
  mainFile: string;
  config: Config;
  places: Layout;
  env: NodeJS.ProcessEnv;
}

/** `gatehouse serve ROLE` on the resolved configuration. It ends by itself when its channel to `up` closes. */
export function roleChild(options: RoleOptions): ChildSpec {
  const { role, mainFile, config, places, env } = options;
  const command = ['serve', role, '--config', places.configFile, '--data-dir', config.dataDir];
  return {
    name: role,
    file: process.execPath,
    args: [...process.execArgv, ...SERVE_NODE_FLAGS, mainFile, ...command],
    env: { ...SERVE_ENVIRONMENT, ...roleEnvironment(env, role) },
    logFile: places.logFile(role),
    readiness: { by: 'message' },
  };
}

/**
 * What a role sees of the environment. The configuration's part of it is in the resolved configuration already,
 * and would be put over the ports that were picked; the provider's key is the worker's alone.
 */
export function roleEnvironment(env: NodeJS.ProcessEnv, role: RoleName): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith('GATEHOUSE_') && (role === 'worker' || !name.startsWith('ANTHROPIC_')),
  );
  return Object.fromEntries(kept);
}

const TOOL_VARIABLES = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/** What Redis and Envoy see of the environment. */
export function toolEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(TOOL_VARIABLES.map((name) => [name, env[name]]));
}
