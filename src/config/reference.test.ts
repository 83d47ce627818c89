import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadConfig } from './load.ts';
import { configReference } from './reference.ts';

it('docs/configuration.md is what the schema says (scripts/node scripts/reference.ts writes it)', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  expect(page).toBe(configReference());
});

it('config/gatehouse.yaml says nothing but the defaults, save what a drop-in rate limit service must not do', () => {
  const shipped = new URL('../../config/gatehouse.yaml', import.meta.url).pathname;
  const sources = { dataDir: '/data', cwd: '/' };
  const { tiers: _shippedTiers, ...fromFile } = loadConfig({ file: shipped, ...sources });
  const { tiers: _tiers, ...defaults } = loadConfig(sources);
  defaults.ratelimit.responseHeaders.standard = true;
  expect(fromFile).toEqual(defaults);
});
