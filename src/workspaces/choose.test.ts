import { describe, expect, test } from 'vitest';
import { loadConfig } from '../config/index.ts';
import { chooseWorkspace } from './choose.ts';

const repositories = {
  'acme/shop': { path: '/srv/shop', tenants: ['acme'], defaultBranch: 'trunk' },
  site: { path: '/srv/site', tenants: ['*'] },
  secret: { path: '/srv/secret', tenants: ['other'] },
};

function settings(...set: string[]) {
  return loadConfig({ dataDir: '.', cwd: '.', set }).workspaces;
}
const configured = (...set: string[]) =>
  settings(`workspaces.repositories=${JSON.stringify(repositories)}`, ...set);

describe('a request', () => {
  test.each([
    ['no context', undefined],
    ['no repository', { branch: 'main' }],
  ])('with %s has no workspace', (_, context) => {
    expect(chooseWorkspace(configured(), 'acme', context)).toEqual({ kind: 'none' });
  });

  test('names what it likes where there are no workspaces at all', () => {
    expect(chooseWorkspace(settings(), 'acme', { repository: 'anything', branch: '-x' })).toEqual({
      kind: 'none',
    });
  });

  test('gets the branch that it names, or the workspace’s own', () => {
    expect(chooseWorkspace(configured(), 'acme', { repository: 'acme/shop' })).toEqual({
      ...{ kind: 'workspace', name: 'acme/shop', branch: 'trunk' },
    });
    expect(chooseWorkspace(configured(), 'any', { repository: 'site', branch: 'topic/x' })).toEqual({
      ...{ kind: 'workspace', name: 'site', branch: 'topic/x' },
    });
  });

  test.each(['nothing', 'secret', 'constructor', '__proto__', ''])(
    'that names %j is refused, whether it is unknown or another tenant’s',
    (repository) => {
      expect(chooseWorkspace(configured(), 'acme', { repository })).toEqual({
        kind: 'refused',
        field: 'repository',
        expected: "expected one of your tenant's workspaces: acme/shop, site",
      });
    },
  );

  test('of a tenant without workspaces is not told of others’', () => {
    const only = settings(`workspaces.repositories=${JSON.stringify({ secret: repositories.secret })}`);
    expect(chooseWorkspace(only, 'acme', { repository: 'secret' })).toEqual({
      kind: 'refused',
      field: 'repository',
      expected: 'expected no repository: your tenant has no workspaces',
    });
  });

  test('that names no workspace is told to the run where workspaces.otherRepositories is tell', () => {
    const tell = configured('workspaces.otherRepositories=tell');
    expect(chooseWorkspace(tell, 'acme', { repository: 'secret' })).toEqual({ kind: 'none' });
  });

  test.each(['--upload-pack=x', 'a..b', 'refs heads', '', 'a\nb', '@{-1}', ':a'])(
    'with a branch %j is refused',
    (branch) => {
      expect(chooseWorkspace(configured(), 'acme', { repository: 'site', branch })).toMatchObject({
        kind: 'refused',
        field: 'branch',
      });
    },
  );
});
