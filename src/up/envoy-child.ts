import type { Config } from '../config/index.ts';
import type { ChildSpec } from './child-process.ts';
import { isEnvoyReady } from './envoy-admin.ts';
import type { TieToParent } from './parent-death.ts';

export interface EnvoyOptions {
  program: string;
  config: Config;
  configFile: string;
  logFile: string;
  env: NodeJS.ProcessEnv;
  tie: TieToParent;
}

/** Envoy on its rendered configuration, with its access log in its log file. */
export function envoyChild({ program, config, configFile, logFile, env, tie }: EnvoyOptions): ChildSpec {
  const args = [
    ...['--config-path', configFile],
    ...['--concurrency', String(config.envoy.concurrency)],
    // Its shared memory would keep two installations on one machine from running side by side.
    '--disable-hot-restart',
    ...['--log-level', 'warning'],
    ...['--file-flush-interval-msec', '1000'],
  ];
  const { envoyAdmin } = config.listen;
  return {
    name: 'envoy',
    ...tie({ file: program, args }),
    env,
    logFile,
    readiness: {
      by: 'probe',
      probe: async () => ((await isEnvoyReady(envoyAdmin)) ? 'ready' : 'silent'),
    },
  };
}
