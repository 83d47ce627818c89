import { type Config, loadConfig } from '../../src/config/index.ts';

/** config.model with these settings, written as in the file, and defaults for the rest. */
export function modelSettings(settings: Record<string, unknown> = {}): Config['model'] {
  const overrides = Object.entries(settings).map(([name, value]) => ({
    where: `model.${name}`,
    path: ['model', name],
    value,
  }));
  return loadConfig({ dataDir: '/nonexistent', cwd: '/', ported: { overrides, defaults: [] } }).model;
}
