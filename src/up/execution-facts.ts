import type { Config } from '../config/index.ts';
import { openProvider } from '../model/index.ts';
import { openSandbox } from '../pool/index.ts';
import { silentLogger } from '../telemetry/index.ts';

export interface ExecutionFacts {
  model: 'anthropic' | 'stand-in';
  sandbox: 'bubblewrap' | 'none';
}

/** Who answers prompts and how workers are kept apart, found out as the worker role does. */
export async function executionFacts(config: Config, env: NodeJS.ProcessEnv): Promise<ExecutionFacts> {
  const [provider, sandbox] = await Promise.all([
    openProvider(config, env, silentLogger),
    openSandbox(config, silentLogger),
  ]);
  await provider.close();
  return { model: provider.name, sandbox: sandbox.kind };
}
