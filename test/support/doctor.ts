import { loadConfig } from '../../src/config/index.ts';
import type { Check, Finding, Surroundings } from '../../src/doctor/index.ts';

export interface Examined extends Partial<Omit<Surroundings, 'config'>> {
  /** Configuration, as `a.b=value`. */
  set?: readonly string[];
  dataDir?: string;
}

/** Runs one check on a configuration, as doctor would; what it throws is what doctor would say. */
export async function look(check: Check, options: Examined = {}): Promise<Omit<Finding, 'part'> | undefined> {
  const { set = [], dataDir = '/nowhere/data', ...surroundings } = options;
  const config = loadConfig({ dataDir, cwd: '/', set: [...set] });
  try {
    return await check.run({
      ...{ config, env: {}, now: new Date(), isRunning: false, asksProviders: false },
      ...surroundings,
    });
  } catch (error) {
    return { state: check.failure, detail: (error as Error).message };
  }
}
