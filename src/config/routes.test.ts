import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError } from './issue.ts';
import { loadConfig } from './load.ts';
import { allRoutes } from './routes.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-routes-'));

function load(yaml: string) {
  const file = join(folder, 'gatehouse.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ file, dataDir: folder, cwd: folder });
}

function issuesOf(yaml: string): string[] {
  try {
    load(yaml);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(
      ({ where, path, message }) => `${where.split(':').slice(1).join(':')} ${path}: ${message}`,
    );
  }
}

describe('routes', () => {
  test('are submit and read where none are written', () => {
    expect(allRoutes(load('').routes).map(({ name, kind, anonymous }) => [name, kind, anonymous])).toEqual([
      ['submit', 'submit', false],
      ['read', 'read', false],
    ]);
  });

  test('may ask more of the callers of the built-in ones', () => {
    const [submit] = allRoutes(load('routes: {submit: {roles: [claude-code-user], shadow: true}}').routes);
    expect(submit).toMatchObject({ kind: 'submit', roles: ['claude-code-user'], shadow: true });
    expect(submit?.paths.map(({ exact }) => exact.text)).toEqual(['/claude/invoke', '/claude/stream']);
  });

  test('take HEAD where they take GET', () => {
    const routes = allRoutes(load('routes: {docs: {paths: [/docs/**], methods: [GET]}}').routes);
    expect(routes.at(-1)?.methods).toEqual(new Set(['GET', 'HEAD']));
  });

  test('may share a path by method, and lie within each other', () => {
    const yaml = `
routes:
  list: {paths: [/orders], methods: [GET]}
  order: {paths: [/orders], methods: [POST], kind: submit}
  one: {paths: [/orders/*, /orders/latest]}
  everything: {paths: [/**]}
`;
    expect(issuesOf(yaml)).toEqual([]);
  });
});

describe('routes are refused with their place', () => {
  test.each([
    [
      'that take a path and method of another',
      'routes:\n  mine:\n    paths:\n      - /a\n      - /claude/invoke\n    methods: [POST, PUT]\n',
      [
        '5:9 routes.mine.paths.1: expected a path of its own: /claude/invoke of the route submit is the same, and takes the same methods, got "/claude/invoke"',
      ],
    ],
    [
      'whose paths cross those of another, so that neither is narrower',
      'routes:\n  one: {paths: [/a/*/c]}\n  two: {paths: [/a/b/*]}\n',
      [
        '3:17 routes.two.paths.0: expected paths that lie apart or one within the other: some are also those of /a/*/c of the route one, and neither is narrower, got "/a/b/*"',
      ],
    ],
    [
      'that differ from another in letter case only',
      'routes:\n  one: {paths: [/Reports/**], methods: [GET]}\n  two: {paths: [/reports/**], methods: [POST]}\n',
      [
        '3:17 routes.two.paths.0: expected a path that differs by more than letter case, dots and slashes from /Reports/** of the route one, got "/reports/**"',
      ],
    ],
    [
      'that differ from another in a slash at the end only',
      'routes:\n  one: {paths: [/a]}\n  two: {paths: [/a/]}\n',
      [
        '3:17 routes.two.paths.0: expected a path that differs by more than letter case, dots and slashes from /a of the route one, got "/a/"',
      ],
    ],
    [
      'whose path no request can have',
      'routes:\n  one: {paths: [/a//b]}\n',
      ['2:17 routes.one.paths.0: expected single slashes: two in a row reach no route, got "/a//b"'],
    ],
    [
      'without paths',
      'routes:\n  one: {roles: [x]}\n',
      ['2:3 routes.one: expected paths, got {"roles":["x"]}'],
    ],
    [
      'that would move a built-in one',
      'routes:\n  submit: {paths: [/a]}\n',
      [
        '2:12 routes.submit.paths: expected no paths: those of the built-in route submit cannot be changed, got ["/a"]',
      ],
    ],
    [
      'that submit without a body',
      'routes:\n  one: {paths: [/a], kind: submit, methods: [GET]}\n',
      [
        '2:22 routes.one.kind: expected methods of POST, PUT, PATCH beside submit, which needs a body, got "submit"',
      ],
    ],
    [
      'that ask a role of anonymous callers',
      'routes:\n  one: {paths: [/a], anonymous: true, roles: [x]}\nidentity: {anonymous: {enabled: true}}\n',
      [
        '2:22 routes.one.anonymous: expected false where roles or scopes are asked for, which no anonymous caller has, got true',
      ],
    ],
    [
      'that name a tier that is not there',
      'routes:\n  one: {paths: [/a], tiers: [gold]}\n',
      [
        '2:30 routes.one.tiers.0: expected one of the tiers free, standard, pro, team, enterprise, got "gold"',
      ],
    ],
    ...[
      'read: {systemPrefix: x}',
      'one: {paths: [/claude/one/invoke], systemPrefix: x}',
      'one: {paths: [/one], kind: submit, methods: [POST], systemPrefix: x}',
    ].map((route): [string, string, unknown[]] => [
      `that add to prompts where none is run: ${route}`,
      `routes:\n  ${route}\n`,
      [
        expect.stringContaining(
          'systemPrefix: expected it at submit, or at a route of kind submit with a path such as /claude/reports/invoke or /claude/reports/stream, got "x"',
        ),
      ],
    ]),
    [
      'whose template has a place that nobody fills',
      'routes:\n  submit:\n    template: {prompt: "Of {{context.repo}}: {{prompt}}"}\n',
      [
        '3:16 routes.submit.template.prompt: expected only the places {{prompt}}, {{context.repository}}, {{context.branch}}, and not {{context.repo}}, got "Of {{context.repo}}: {{prompt}}"',
      ],
    ],
    [
      'whose template loses what the caller sends',
      'routes:\n  submit:\n    template: {system: Be brief.}\n',
      ['3:16 routes.submit.template.system: expected the place {{system}} once, got "Be brief."'],
    ],
    [
      'whose prefix is blank',
      'routes:\n  submit:\n    systemPrefix: " "\n',
      ['3:5 routes.submit.systemPrefix: expected a text that is not blank, got " "'],
    ],
    [
      'whose prefix is longer than a prefix may be, of which only the beginning is shown',
      `routes:\n  submit:\n    systemPrefix: ${'x'.repeat(20_001)}\n`,
      [`3:5 routes.submit.systemPrefix: expected at most 20000 characters, got "${'x'.repeat(199)}…`],
    ],
    [
      'with a template of neither field',
      'routes:\n  submit:\n    template: {promt: "{{prompt}}"}\n',
      ['3:16 routes.submit.template.promt: unknown key; did you mean "prompt"?'],
    ],
    [
      'whose name stands for no route in the metadata',
      'routes:\n  none: {paths: [/a]}\n',
      [
        '2:3 routes.none: expected lower-case letters, digits and dashes, other than none, got {"paths":["/a"]}',
      ],
    ],
  ])('%s', (_, yaml, issues) => {
    expect(issuesOf(yaml)).toEqual(issues);
  });
});
