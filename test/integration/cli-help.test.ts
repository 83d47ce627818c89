import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';
import { gatehouse } from '../support/installation.ts';

const CONFIG_OPTIONS = ['--config <file>', '--data-dir <folder>', '--set <a.b.c=value>'];

test.each([
  ['', ['up [options]', 'serve [options] <role...>', 'keys', 'envoy', 'config', 'doctor', 'Start here:']],
  ['up', [...CONFIG_OPTIONS, '--free-ports', '--json', 'Examples:']],
  ['serve', [...CONFIG_OPTIONS, 'authz, ratelimit, api, worker or admin']],
  [
    'keys',
    ['create [options]', 'list [options]', 'rotate [options] <id>', 'revoke [options] <id>', 'shown once'],
  ],
  [
    'keys create',
    [
      ...[...CONFIG_OPTIONS, '--client <name>', '--tenant <name>', '--tier <name>', '--expires', '--json'],
      ...['--cidr <block>', '--route <name>', '--role <name>', '--scope <name>', '--max-tokens <number>'],
      ...['--skill <name>', '--model <name>', 'Examples:'],
    ],
  ],
  ['keys list', [...CONFIG_OPTIONS, '--json', 'last used']],
  ['keys rotate', [...CONFIG_OPTIONS, '--grace <duration>', '--expires <duration>', '--json', 'Examples:']],
  ['keys revoke', [...CONFIG_OPTIONS, '--json', 'as create and list show it']],
  [
    'tokens',
    [
      'mint [options]',
      'inspect [options] [token]',
      'block [options]',
      'unblock [options]',
      'blocked [options]',
    ],
  ],
  [
    'jobs',
    ['list [options]', 'show [options] <id>', 'cancel [options] <id>', 'tail [options] <id>', 'docs/jobs.md'],
  ],
  [
    'jobs list',
    [...CONFIG_OPTIONS, '--state <states>', '--tenant <name>', '--client <name>', '--json', 'Examples:'],
  ],
  ['jobs show', [...CONFIG_OPTIONS, '--json', 'docs/job-failures.md']],
  ['jobs cancel', [...CONFIG_OPTIONS, '--purge', '--json', 'Examples:']],
  ['jobs tail', [...CONFIG_OPTIONS, '--after <number>', '--json', 'exit code']],
  ['inspect', ['[file]', '--stats <dir>', '--json', 'Examples:']],
  ['tokens', ['block [options]', 'unblock [options]', 'blocked [options]']],
  [
    'tokens block',
    [
      ...[...CONFIG_OPTIONS, '--jti <id>', '--sub <client>', '--key-id <id>', '--fingerprint <sha256>'],
      ...['--tenant <name>', '--issued-before <time>', '--expires <duration>', '--until <time>', '--json'],
      'Examples:',
    ],
  ],
  [
    'tokens mint',
    [
      ...[
        ...CONFIG_OPTIONS,
        '--sub <name>',
        '--tenant <name>',
        '--tier <name>',
        '--roles <list>',
        '--scope <list>',
      ],
      ...[
        '--max-tokens <number>',
        '--skills <list>',
        '--ttl <duration>',
        '--aud <audience>',
        '--json',
        'Examples:',
      ],
    ],
  ],
  ['tokens inspect', [...CONFIG_OPTIONS, '--file <file>', '--json', 'standard input', 'Examples:']],
  ['tokens unblock', [...CONFIG_OPTIONS, '--jti <id>', '--json']],
  ['tokens blocked', [...CONFIG_OPTIONS, '--json']],
  [
    'limits',
    ['check', 'explain', 'replay', 'set', 'unset', 'list', 'peek', 'reset', 'refund', 'offenders', 'status'],
  ],
  ['limits check', [...CONFIG_OPTIONS, '--json', 'Exits with 0']],
  ['limits explain', [...CONFIG_OPTIONS, '--domain <name>', '--hits <number>', '--json', 'Example:']],
  [
    'limits replay',
    ['--traffic <files...>', '--config <files...>', '--against <files...>', '--top', '--json'],
  ],
  [
    'limits set',
    [
      ...CONFIG_OPTIONS,
      '--requests <number>',
      '--unlimited',
      '--burst',
      '--expires',
      '--reason',
      'Examples:',
    ],
  ],
  ['limits unset', [...CONFIG_OPTIONS, '--json']],
  ['limits list', [...CONFIG_OPTIONS, '--json']],
  ['limits peek', [...CONFIG_OPTIONS, '--domain <name>', '--json']],
  ['limits reset', [...CONFIG_OPTIONS, '--domain <name>', '--json']],
  ['limits refund', [...CONFIG_OPTIONS, '--hits <number>', '--domain <name>', '--json']],
  ['limits offenders', [...CONFIG_OPTIONS, '--limit <number>', '--json']],
  ['limits status', [...CONFIG_OPTIONS, '--json', 'Exits with 0']],
  ['logs', ['level [options]', 'docs/logs.md']],
  ['logs level', [...CONFIG_OPTIONS, '--for <duration>', '--unset', '--json', 'Examples:']],
  [
    'audit',
    [
      ...CONFIG_OPTIONS,
      '--limit <number>',
      '--action <name>',
      '--since <duration>',
      '--json',
      'docs/audit.md',
    ],
  ],
  ['authz', ['explain [options]']],
  [
    'authz explain',
    [
      ...CONFIG_OPTIONS,
      '--request <file>',
      '--key-stdin',
      '--token-stdin',
      '--json',
      'Examples:',
      'shadowed',
    ],
  ],
  ['envoy', ['render [options]', 'check [options]']],
  ['envoy render', CONFIG_OPTIONS],
  ['envoy check', [...CONFIG_OPTIONS, '--json']],
  ['config', ['check [options]']],
  ['config check', [...CONFIG_OPTIONS, '--json']],
  ['doctor', [...CONFIG_OPTIONS, '--ask-providers', '--json', 'Exits with 1']],
])('gatehouse %s --help says what it takes', async (command, mentioned) => {
  const words = command === '' ? [] : command.split(' ');
  const { code, stdout, stderr } = await gatehouse([...words, '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`Usage: ${['gatehouse', ...words].join(' ')} [options]`);
  const text = stdout.replaceAll(/\s+/g, ' ');
  for (const part of mentioned) expect(text).toContain(part);
});

test.each([
  [['upp'], "unknown command 'upp'", 'Did you mean up?'],
  [['upp', '--help'], "unknown command 'upp'", 'Did you mean up?'],
  [['keys', 'creat', '-h'], "unknown command 'creat'", 'Did you mean create?'],
  [['keys', 'creat'], "unknown command 'creat'", 'Did you mean create?'],
  [['up', '--freeports'], "unknown option '--freeports'", 'Did you mean --free-ports?'],
])('%j is refused with what was probably meant', async (args, what, suggestion) => {
  const { code, stdout, stderr } = await gatehouse(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(what);
  expect(stderr).toContain(suggestion);
});

test('without a command the help is shown, and the exit code is 1', async () => {
  const { code, stdout, stderr } = await gatehouse([]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('Usage: gatehouse');
});

test('--version is the one in package.json', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(await gatehouse(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('works from any folder', async () => {
  expect((await gatehouse(['config', 'check'], {}, '/')).code).toBe(0);
});
