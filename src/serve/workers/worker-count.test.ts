import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import type { RoleName } from '../roles.ts';
import { workerCount } from './worker-count.ts';

const count = (roles: RoleName[], asked?: number | 'cores', ...set: string[]) =>
  workerCount({ roles, asked, config: loadConfig({ dataDir: '.', cwd: '.', set }), cores: 8 });

describe('the processes of a role are', () => {
  test.each([
    ['one', ['authz'], undefined, [], 1],
    ['those of the configuration', ['authz'], undefined, ['serve.workers.authz=3'], 3],
    ['those of the command, over the configuration', ['authz'], 2, ['serve.workers.authz=3'], 2],
    ['one for each core', ['ratelimit'], 'cores', [], 8],
    ['one for each core, by configuration', ['api'], undefined, ['serve.workers.api=cores'], 8],
    [
      'the same for roles of one process',
      ['api', 'authz'],
      undefined,
      ['serve.workers.api=2', 'serve.workers.authz=2'],
      2,
    ],
    ['one, whatever others have', ['worker', 'admin'], undefined, ['serve.workers.authz=3'], 1],
    ['one, where the command says so', ['worker', 'authz'], 1, ['serve.workers.authz=3'], 1],
  ] as [string, RoleName[], number | 'cores' | undefined, string[], number][])(
    '%s',
    (_, roles, asked, set, expected) => {
      expect(count(roles, asked, ...set)).toBe(expected);
    },
  );
});

describe('several processes are refused', () => {
  test.each([
    ['worker', /worker has one process: .*pool\.workers/],
    ['admin', /admin has one process: .*Serve it apart/],
  ] as const)('for %s', (role, message) => {
    expect(() => count([role], 2)).toThrow(message);
    expect(() => count(['authz', role], undefined, 'serve.workers.authz=2')).toThrow(message);
  });

  test('where roles of one process are to have different numbers', () => {
    expect(() => count(['ratelimit', 'authz'], undefined, 'serve.workers.authz=2')).toThrow(
      'different numbers for roles of one process (ratelimit 1, authz 2)',
    );
  });

  test.each(['0', '1.5', 'many', '257'])('by a configuration that says %s', (value) => {
    expect(() => count(['authz'], undefined, `serve.workers.authz=${value}`)).toThrow(
      /serve\.workers\.authz: expected /,
    );
  });
});
