import { expect, test } from 'vitest';
import { gitEnvironment } from './environment.ts';

test('nothing of the surroundings counts but paths, proxies and authorities', () => {
  const environment = gitEnvironment(
    { scheme: 'https' },
    {
      PATH: '/bin',
      HTTPS_PROXY: 'http://proxy.example.org:3128',
      GIT_DIR: '/elsewhere',
      GIT_CONFIG_PARAMETERS: "'core.hooksPath'='/evil'",
      GIT_TRACE: '1',
      GIT_ASKPASS: '/evil',
      HOME: '/home/operator',
      ANTHROPIC_API_KEY: 'sk-test',
    },
  );
  expect(environment).toMatchObject({
    ...{ PATH: '/bin', HTTPS_PROXY: 'http://proxy.example.org:3128', HOME: '/nonexistent', LC_ALL: 'C' },
    ...{
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: 'https',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
    },
  });
  for (const name of ['GIT_DIR', 'GIT_CONFIG_PARAMETERS', 'GIT_TRACE', 'GIT_ASKPASS', 'ANTHROPIC_API_KEY']) {
    expect(environment).not.toHaveProperty(name);
  }
});

test('settings are counted from 0', () => {
  const environment = gitEnvironment({ scheme: 'none', settings: { 'a.b': 'c' } }, {});
  const count = Number(environment.GIT_CONFIG_COUNT);
  expect(environment[`GIT_CONFIG_KEY_${count - 1}`]).toBe('a.b');
  expect(environment[`GIT_CONFIG_VALUE_${count - 1}`]).toBe('c');
  expect(environment).not.toHaveProperty(`GIT_CONFIG_KEY_${count}`);
});
