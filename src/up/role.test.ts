import { expect, it } from 'vitest';
import { loadConfig } from '../config/index.ts';
import { layout } from './layout.ts';
import { roleChild } from './role.ts';

const config = loadConfig({ dataDir: '/tmp/none', cwd: '/' });
const child = (env: NodeJS.ProcessEnv) =>
  roleChild({ role: 'ratelimit', mainFile: 'main.ts', config, places: layout(config.dataDir), env });

it('a role has one heap for all its threads, where the environment says nothing else', () => {
  expect(child({ PATH: '/bin' }).env).toEqual({ PATH: '/bin', MALLOC_ARENA_MAX: '1' });
  expect(child({ MALLOC_ARENA_MAX: '4' }).env).toEqual({ MALLOC_ARENA_MAX: '4' });
});

it('a role that is no worker does not see the provider’s key, nor the configuration', () => {
  const env = child({
    ANTHROPIC_API_KEY: 'secret',
    GATEHOUSE_REDIS__URL: 'redis://elsewhere',
    LANG: 'C',
  }).env;
  expect(env).toEqual({ LANG: 'C', MALLOC_ARENA_MAX: '1' });
});
