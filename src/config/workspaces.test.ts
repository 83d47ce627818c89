import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError } from './issue.ts';
import { loadConfig } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-workspaces-'));

function load(yaml: string) {
  const file = join(folder, 'gatehouse.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ file, dataDir: folder, cwd: folder });
}

function issuesOf(repository: string, name = 'shop'): string[] {
  try {
    load(`workspaces: {repositories: {${name}: {${repository}}}}`);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(
      ({ path, message }) => `${path.replace('workspaces.repositories', '…')}: ${message}`,
    );
  }
}

describe('workspaces', () => {
  test('have defaults; paths start from the file’s folder', () => {
    const { workspaces } = load(`
workspaces:
  repositories:
    acme/shop: {path: shop.git, tenants: [acme]}
    site: {url: "https://git.example.org/site.git", tenants: ["*"], credential: {tokenFile: site.token}}
    api: {url: "git@git.example.org:api.git", tenants: ["*"], ssh: {keyFile: api.key, knownHostsFile: hosts}}
`);
    expect(workspaces.otherRepositories).toBe('refuse');
    expect(workspaces.repositories['acme/shop']).toEqual({
      ...{ path: join(folder, 'shop.git'), tenants: ['acme'], defaultBranch: 'main', instructions: 'ignore' },
    });
    expect(workspaces.repositories.site?.credential).toEqual({
      ...{ username: 'x-access-token', tokenFile: join(folder, 'site.token') },
    });
    expect(workspaces.repositories.api?.ssh).toEqual({
      ...{ keyFile: join(folder, 'api.key'), knownHostsFile: join(folder, 'hosts') },
    });
  });

  test.each([
    ['neither path nor url', 'tenants: [a]', '…shop: expected one of path and url'],
    ['path and url', 'path: a, url: "https://h/a", tenants: [a]', '…shop: expected one of path and url'],
    ['no tenants', 'path: a', '…shop.tenants: expected a list, and it is not given'],
    ['an empty list of tenants', 'path: a, tenants: []', "…shop.tenants: expected tenants, or '*' for all"],
    [
      'a branch that is an option',
      'path: a, tenants: [a], defaultBranch: "-x"',
      '…shop.defaultBranch: expected the name of a branch',
    ],
    [
      'a transport that runs programs',
      'url: "ext::sh -c id", tenants: [a]',
      '…shop.url: expected https://host/path',
    ],
    ['plain http', 'url: "http://git.example.org/a", tenants: [a]', '…shop.url: expected https://host/path'],
    [
      'a credential for a path',
      'path: a, tenants: [a], credential: {tokenFile: t}',
      '…shop.credential: expected with an https:// url only',
    ],
    [
      'two places of a token',
      'url: "https://h/a", tenants: [a], credential: {tokenFile: t, tokenVariable: T}',
      '…shop.credential: expected one of tokenFile and tokenVariable',
    ],
    [
      'no place of a token',
      'url: "https://h/a", tenants: [a], credential: {}',
      '…shop.credential: expected one of tokenFile and tokenVariable',
    ],
    [
      'ssh without known hosts',
      'url: "ssh://git@h/a", tenants: [a]',
      '…shop.ssh: expected keyFile and knownHostsFile',
    ],
    [
      'ssh settings for https',
      'url: "https://h/a", tenants: [a], ssh: {keyFile: k, knownHostsFile: h}',
      '…shop.ssh: expected with an ssh url only',
    ],
    ['an unknown policy', 'path: a, tenants: [a], instructions: run', '…shop.instructions: expected one of'],
    ['a misspelt key', 'path: a, tenants: [a], branch: main', '…shop.branch: unknown key'],
  ])('with %s are refused', (_, repository, expected) => {
    expect(issuesOf(repository).map((issue) => issue.replace('….', '…'))).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  test.each(['"a b"', '-x', '"../a"', '"a/"', '"a\\nb"'])('of the name %s are refused', (name) => {
    expect(issuesOf('path: a, tenants: [a]', name)).toHaveLength(1);
  });

  test('an address with a password is refused without being shown', () => {
    for (const url of [
      'https://service-a:hunter2@git.example.org/a',
      'service-a:hunter2@git.example.org:a',
    ]) {
      const [issue] = issuesOf(`url: "${url}", tenants: [a]`);
      expect(issue).toContain('without a password');
      expect(issue).not.toContain('hunter2');
    }
  });
});
