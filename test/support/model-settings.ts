import { type Config, loadConfig } from '../../src/config/index.ts';

/** What a provider is opened with: these settings, written as in the file, and defaults for the rest. */
export function modelConfig(
  model: Record<string, unknown> = {},
  budgets: Record<string, unknown> = {},
): Pick<Config, 'model' | 'budgets'> {
  const overrides = [...below('model', model), ...below('budgets', budgets)];
  return loadConfig({ dataDir: '/nonexistent', cwd: '/', ported: { overrides, defaults: [] } });
}

/** config.model with these settings. */
export function modelSettings(settings: Record<string, unknown> = {}): Config['model'] {
  return modelConfig(settings).model;
}

function below(section: string, settings: Record<string, unknown>) {
  return Object.entries(settings).map(([name, value]) => ({
    where: `${section}.${name}`,
    path: [section, name],
    value,
  }));
}
