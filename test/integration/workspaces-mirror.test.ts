import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { Slots } from '../../src/pool/schedule/slots.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openWorkspaces, type Workspaces } from '../../src/workspaces/index.ts';
import { type GitServer, type GitServerOptions, startGitServer } from '../support/git-server.ts';
import { type LogLine, recordingLogger } from '../support/recording-logger.ts';
import { makeRepository, type TestRepository } from '../support/repository.ts';
import { until } from '../support/until.ts';
import { workspacePlaces, workspacesOf } from '../support/workspaces.ts';

const missing = findTool('git') === undefined ? missingTool('git') : undefined;
const isRoot = process.getuid?.() === 0;
const TOKEN = 'ghp_token+of/the=test';
const BASIC = `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`;

let folder: string;
let repository: TestRepository;
let server: GitServer | undefined;
let lines: LogLine[];
const opened: Workspaces[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-mirror-'));
  repository = makeRepository({ 'a.txt': 'one\n' });
});
afterEach(async () => {
  for (const workspaces of opened.splice(0)) await workspaces.close();
  await server?.close();
  server = undefined;
  repository.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface OpenOptions {
  set?: string[];
  environment?: NodeJS.ProcessEnv;
  now?: () => number;
}

function open(shop: Record<string, unknown>, options: OpenOptions = {}): Workspaces {
  const { set = [], environment = process.env, now = Date.now } = options;
  const config = loadConfig({ dataDir: folder, cwd: folder, set: [workspacesOf({ shop }), ...set] });
  const recording = recordingLogger();
  lines = recording.lines;
  const workspaces = openWorkspaces({
    config,
    logger: recording.logger,
    environment,
    now,
    places: workspacePlaces(),
  });
  opened.push(workspaces);
  return workspaces;
}

async function serve(options: Omit<GitServerOptions, 'root'> = {}): Promise<string> {
  server = await startGitServer({ root: repository.path, ...options });
  return `${server.url}.git`;
}

const never = new AbortController().signal;
const prepare = (workspaces: Workspaces, branch = 'main', signal = never) =>
  workspaces.prepare('shop', branch, signal);

/** Bare mirrors that are there. */
function mirrors(): string[] {
  return readdirSync(join(folder, 'workspaces'))
    .map((name) => join(folder, 'workspaces', name, 'repository.git'))
    .filter((path) => existsSync(path));
}

const tip = (branch = 'main') =>
  execFileSync('git', ['--git-dir', mirrors()[0] ?? '', 'rev-parse', `refs/heads/${branch}`], {
    encoding: 'utf8',
  }).trim();

const fetches = () => lines.filter(({ message }) => message === 'workspace fetched').length;

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown: Error & { code?: string; reason?: string; retryable?: boolean }) => thrown,
  );
  const { code, reason, retryable, message } = error as Error & {
    code?: string;
    reason?: string;
    retryable?: boolean;
  };
  return { code, reason, retryable, message };
}

describe.skipIf(missing !== undefined)(`a mirror${missing ? `: ${missing}` : ''}`, () => {
  test.each([
    ['the path of a repository with files', () => ({ path: repository.path })],
    ['a file address', () => ({ url: `file://${repository.path}` })],
  ])('is fetched from %s', async (_, source) => {
    await prepare(open(source()));
    expect(tip()).toBe(repository.git('rev-parse', 'main'));
    expect(statSync(join(folder, 'workspaces')).mode & 0o777).toBe(0o700);
  });

  test('is fetched only once there is a place for it, and gives that back', async () => {
    const one = new Slots(1);
    let given = 0;
    const fetches = {
      async acquire(signal: AbortSignal) {
        const place = await one.acquire(signal);
        given += 1;
        return place;
      },
    };
    const repositories = workspacesOf({ shop: { path: repository.path }, other: { path: repository.path } });
    const config = loadConfig({ dataDir: folder, cwd: folder, set: [repositories] });
    const workspaces = openWorkspaces({
      ...{ config, logger: silentLogger, environment: process.env, now: Date.now },
      places: { ...workspacePlaces(), fetches },
    });
    opened.push(workspaces);
    const taken = await one.acquire(never);
    const both = Promise.all(['shop', 'other'].map((name) => workspaces.prepare(name, 'main', never)));
    const givenUp = new AbortController();
    const third = failure(workspaces.prepare('shop', 'main', givenUp.signal));
    givenUp.abort();
    expect(await third).toMatchObject({ code: 'stopped' });
    expect(mirrors()).toEqual([]);
    taken?.release();
    await both;
    expect(mirrors()).toHaveLength(2);
    expect([given, one.held]).toEqual([2, 0]);
  });

  test('has nothing of what the repository configures, and shares no file with it', async () => {
    writeFileSync(join(repository.path, '.git/hooks/post-update'), '#!/bin/sh\ntouch hook-ran\n', {
      mode: 0o755,
    });
    const marker = join(folder, 'ran');
    repository.git('config', 'uploadpack.packObjectsHook', `touch ${marker};`);
    repository.git('config', 'core.fsmonitor', `touch ${marker};`);
    repository.git('config', 'core.sshCommand', `touch ${marker};`);
    await prepare(open({ path: repository.path }));
    expect(existsSync(marker)).toBe(false);
    const [mirror = ''] = mirrors();
    expect(readdirSync(mirror)).not.toContain('hooks');
    expect(readFileSync(join(mirror, 'config'), 'utf8')).not.toContain('touch');
    const shared = execFileSync('find', [mirror, '-type', 'f', '-links', '+1'], { encoding: 'utf8' });
    expect(shared).toBe('');
    expect(existsSync(join(mirror, 'objects/info/alternates'))).toBe(false);
  });

  test('has nothing of what the user and the system configure for git', async () => {
    const home = join(folder, 'home');
    mkdirSync(home);
    const marker = join(folder, 'ran');
    writeFileSync(
      join(home, '.gitconfig'),
      `[core]\n\thooksPath = ${home}\n\tfsmonitor = "touch ${marker};"\n[url "file:///nowhere"]\n\tinsteadOf = ${repository.path}\n`,
    );
    for (const hook of ['reference-transaction', 'post-checkout']) {
      writeFileSync(join(home, hook), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    }
    const environment = {
      ...process.env,
      HOME: home,
      GIT_DIR: '/nowhere',
      GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    };
    await prepare(open({ path: repository.path }, { environment }));
    expect(existsSync(marker)).toBe(false);
  });

  test('is fetched from another user’s repository that the operator has named', async (context) => {
    if (!isRoot) return context.skip('only root can give files away');
    execFileSync('chown', ['-R', '12345:12345', repository.path]);
    await prepare(open({ path: repository.path }));
    expect(mirrors()).toHaveLength(1);
  });

  test('is used as it is until it is older than workspaces.maxAge', async () => {
    let nowMs = 1_000_000;
    const workspaces = open({ path: repository.path }, { set: ['workspaces.maxAge=30s'], now: () => nowMs });
    await prepare(workspaces);
    const first = tip();
    const second = repository.commit({ 'a.txt': 'two\n' });
    nowMs += 30_000;
    await prepare(workspaces);
    expect(tip()).toBe(first);
    nowMs += 1;
    await prepare(workspaces);
    expect(tip()).toBe(second);
    expect(fetches()).toBe(2);
  });

  test('is fetched again at once for a branch that it does not have, and follows one that was rewritten', async () => {
    const workspaces = open({ path: repository.path }, { set: ['workspaces.maxAge=0s'] });
    await prepare(workspaces);
    repository.git('branch', 'topic');
    await prepare(workspaces, 'topic');
    repository.git('commit', '--quiet', '--amend', '--message=rewritten');
    await prepare(workspaces);
    expect(tip()).toBe(repository.git('rev-parse', 'main'));
    repository.git('branch', '-D', 'topic');
    expect(await failure(prepare(workspaces, 'topic'))).toEqual({
      ...{ code: 'no_branch', retryable: false, reason: undefined },
      message:
        'The workspace shop has no branch topic. Name one that it has, or send the job again 10 seconds after it was made.',
    });
  });

  test('is not fetched for each of many branches that it does not have', async () => {
    let nowMs = 1_000_000;
    const set = ['workspaces.maxAge=1m'];
    const url = await serve();
    const processes = [open({ url }, { set, now: () => nowMs }), open({ url }, { set, now: () => nowMs })];
    const asked = () => server?.requests.filter((request) => request.startsWith('GET')).length;
    for (let n = 0; n < 4; n += 1) {
      for (const workspaces of processes) {
        expect(await failure(prepare(workspaces, `random-${n}`))).toMatchObject({ code: 'no_branch' });
      }
    }
    expect(asked()).toBe(1);
    repository.git('branch', 'topic');
    nowMs += 10_001;
    for (const workspaces of processes) await prepare(workspaces, 'topic');
    expect(asked()).toBe(2);
    // A fetch that brought its branch keeps none that was pushed since waiting.
    repository.git('branch', 'next');
    for (const workspaces of processes) await prepare(workspaces, 'next');
    expect(asked()).toBe(3);
  });

  test('is used as it is, by any process, while a fetch for a branch that it does not have goes on', async () => {
    const gate = Promise.withResolvers<void>();
    let isHeld = false;
    const url = await serve({ before: () => (isHeld ? gate.promise.then(() => false) : false) });
    const set = ['workspaces.maxAge=1h'];
    const [workspaces, another] = [open({ url }, { set }), open({ url }, { set })];
    await prepare(workspaces);
    isHeld = true;
    const asked = server?.requests.length ?? 0;
    const missing = failure(prepare(workspaces, 'nothing'));
    await until(() => (server?.requests.length ?? 0) > asked, 'the fetch has begun');
    await prepare(workspaces);
    await prepare(another);
    gate.resolve();
    expect(await missing).toMatchObject({ code: 'no_branch' });
  });

  test('whose fetch went on when the host went down is not used before it was checked', async () => {
    const workspaces = open({ path: repository.path }, { set: ['workspaces.maxAge=1h'] });
    await prepare(workspaces);
    writeFileSync(join(mirrors()[0] ?? '', '..', 'fetching'), 'the boot before');
    await prepare(workspaces);
    expect(lines).toContainEqual(expect.objectContaining({ reason: 'repaired', workspace: 'shop' }));
    expect(fetches()).toBe(2);
  });

  describe('whose size cannot be measured', () => {
    beforeEach(() => {
      const bin = join(folder, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'du'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    });
    afterEach(() => {
      vi.unstubAllEnvs();
    });

    const unmeasured = {
      ...{ code: 'fetch_failed', retryable: true, reason: expect.stringContaining('unmeasured') },
      message:
        'The workspace shop could not be fetched: its size could not be measured. Try again later, or tell the operator.',
    };

    test('is not used, also where it was measured when it was fetched before', async () => {
      const path = process.env.PATH;
      vi.unstubAllEnvs();
      const workspaces = open({ path: repository.path }, { set: ['workspaces.maxAge=1h'] });
      await prepare(workspaces);
      vi.stubEnv('PATH', path);
      repository.git('branch', 'topic');
      expect(await failure(prepare(workspaces, 'topic'))).toEqual(unmeasured);
      expect(await failure(prepare(workspaces, 'topic'))).toEqual(unmeasured);
    });

    test('is not used, and another attempt may do better', async () => {
      const workspaces = open({ path: repository.path });
      expect(await failure(prepare(workspaces))).toEqual(unmeasured);
      expect(await failure(prepare(workspaces))).toEqual(unmeasured);
      vi.unstubAllEnvs();
      await prepare(workspaces);
    });

    test('is not fetched to the end', async () => {
      const url = await serve({ before: () => true });
      expect(await failure(prepare(open({ url })))).toEqual(unmeasured);
    });
  });

  test.each(['--upload-pack=touch ran', '-c', '$(touch ran)', 'a..b', '../../config'])(
    'has no branch %s, and nothing is run for it',
    async (branch) => {
      const workspaces = open({ path: repository.path });
      expect(await failure(prepare(workspaces, branch))).toMatchObject({ code: 'no_branch' });
      expect(existsSync('ran')).toBe(false);
    },
  );

  test('that cannot be looked into says nothing of its branches, and another attempt may do better', async () => {
    const program = join(folder, 'git');
    writeFileSync(program, '#!/bin/sh\ncase "$*" in *rev-parse*) kill -9 $$ ;; esac\nexec git "$@"\n', {
      mode: 0o755,
    });
    const workspaces = open({ path: repository.path }, { set: [`workspaces.gitPath=${program}`] });
    expect(await failure(prepare(workspaces))).toMatchObject({ code: 'fetch_failed', retryable: true });
  });

  test('is fetched once for many jobs at the same time, of several processes', async () => {
    const url = await serve();
    const processes = [open({ url }), open({ url }), open({ url })];
    await Promise.all(processes.flatMap((workspaces) => [prepare(workspaces), prepare(workspaces)]));
    expect(server?.mostAtOnce()).toBe(1);
    expect(server?.requests.filter((request) => request.startsWith('GET'))).toHaveLength(1);
  });

  test('is still fetched for others where the job that wanted it first is given up', async () => {
    const gate = Promise.withResolvers<void>();
    const url = await serve({ before: () => gate.promise.then(() => false) });
    const workspaces = open({ url });
    const given = new AbortController();
    const first = failure(prepare(workspaces, 'main', given.signal));
    await until(() => (server?.requests.length ?? 0) > 0, 'the fetch has begun');
    const second = prepare(workspaces);
    given.abort();
    expect(await first).toMatchObject({ code: 'stopped' });
    gate.resolve();
    await second;
    expect(fetches()).toBe(1);
  });

  test('whose fetch was cut is repaired: locks and half packs are gone', async () => {
    const workspaces = open({ path: repository.path }, { set: ['workspaces.maxAge=0s'] });
    await prepare(workspaces);
    const [mirror = ''] = mirrors();
    const left = [
      'refs/heads/main.lock',
      'packed-refs.lock',
      'shallow.lock',
      'objects/pack/tmp_pack_x',
      'objects/tmp_obj_x',
    ];
    mkdirSync(join(mirror, 'objects/pack'), { recursive: true });
    for (const name of left) writeFileSync(join(mirror, name), '');
    writeFileSync(join(mirror, '..', 'fetching'), '');
    repository.commit({ 'a.txt': 'two\n' });
    await prepare(workspaces);
    expect(tip()).toBe(repository.git('rev-parse', 'main'));
    for (const name of left) expect(existsSync(join(mirror, name)), name).toBe(false);
    expect(lines).toContainEqual(expect.objectContaining({ reason: 'repaired', workspace: 'shop' }));
  });

  test('whose objects are damaged is fetched anew', async () => {
    const workspaces = open({ path: repository.path }, { set: ['workspaces.maxAge=0s'] });
    await prepare(workspaces);
    const [mirror = ''] = mirrors();
    const objects = execFileSync('find', [join(mirror, 'objects'), '-type', 'f'], { encoding: 'utf8' })
      .trim()
      .split('\n');
    for (const path of objects) {
      chmodSync(path, 0o644);
      writeFileSync(path, '');
    }
    writeFileSync(join(mirror, '..', 'fetching'), '');
    await prepare(workspaces);
    expect(tip()).toBe(repository.git('rev-parse', 'main'));
    expect(lines).toContainEqual(expect.objectContaining({ reason: 'removed', workspace: 'shop' }));
  });

  test('that is too large is removed, and the job fails', async () => {
    repository.commit({
      'big.bin': Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at * 31) % 251)),
    });
    const workspaces = open({ path: repository.path }, { set: ['workspaces.limits.mirror=64KiB'] });
    expect(await failure(prepare(workspaces))).toMatchObject({ code: 'too_large', retryable: false });
    expect(mirrors()).toEqual([]);
  });

  test('that is not configured any more, or that nobody uses for long, is removed', async () => {
    await prepare(open({ path: repository.path }));
    const [mirror = ''] = mirrors();
    const day = 86_400_000;
    const later = open({ path: repository.path }, { now: () => Date.now() + 29 * day });
    await later.close();
    expect(mirrors()).toEqual([mirror]);
    const used = join(mirror, '..', 'used');
    utimesSync(used, Date.now() / 1000 - 31 * 86_400, Date.now() / 1000 - 31 * 86_400);
    await open({ path: repository.path }).close();
    await until(() => mirrors().length === 0, 'the mirror is removed');
    await prepare(open({ path: repository.path }));
    open({ path: join(folder, 'another') });
    await until(() => mirrors().length === 0, 'the mirror is removed');
  });
});

describe.skipIf(missing !== undefined)(`a host${missing ? `: ${missing}` : ''}`, () => {
  test.each([
    ['a file', () => ({ tokenFile: 'token' }), {}],
    ['the environment', () => ({ tokenVariable: 'SHOP_TOKEN' }), { SHOP_TOKEN: ` ${TOKEN}\n` }],
  ])('gets the token from %s, and nobody else sees it', async (_, credential, env) => {
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
    const url = await serve({ authorization: BASIC });
    await prepare(open({ url, credential: credential() }, { environment: { ...process.env, ...env } }));
    expect(new Set(server?.authorizations)).toEqual(new Set([BASIC]));
    const [mirror = ''] = mirrors();
    expect(readFileSync(join(mirror, 'config'), 'utf8')).not.toContain('x-access-token');
    expect(JSON.stringify(lines)).not.toContain(TOKEN);
  });

  test('that refuses the credential fails the job; neither answer nor log have it', async () => {
    writeFileSync(join(folder, 'token'), 'wrong-token');
    const url = await serve({ authorization: BASIC });
    const failed = await failure(prepare(open({ url, credential: { tokenFile: 'token' } })));
    expect(failed).toMatchObject({
      ...{ code: 'fetch_failed', retryable: false },
      message:
        'The workspace shop could not be fetched: its host refuses the credential of this installation. Tell the operator.',
    });
    const all = JSON.stringify([failed, lines]);
    for (const secret of ['wrong-token', Buffer.from('x-access-token:wrong-token').toString('base64')]) {
      expect(all).not.toContain(secret);
    }
    expect(failed.message).not.toContain('127.0.0.1');
  });

  test('that repeats the token in its answer does not get it into the log', async () => {
    writeFileSync(join(folder, 'token'), TOKEN);
    const url = await serve({
      before: (_request, response) => {
        response
          .writeHead(500, { 'content-type': 'text/plain' })
          .end(`no ${TOKEN} ${BASIC} https://me:${TOKEN}@host/`);
        return true;
      },
    });
    const { reason } = await failure(prepare(open({ url, credential: { tokenFile: 'token' } })));
    expect(reason).toContain('[token]');
    expect(reason).not.toContain(TOKEN);
    expect(reason).not.toContain(BASIC.slice(6));
  });

  test('that sends us elsewhere is not followed, and the token does not go there', async () => {
    writeFileSync(join(folder, 'token'), TOKEN);
    const other = await startGitServer({ root: repository.path });
    try {
      const url = await serve({
        before: (request, response) => {
          response.writeHead(302, { location: `${other.url}${request.url?.slice(1)}` }).end();
          return true;
        },
      });
      const failed = await failure(prepare(open({ url, credential: { tokenFile: 'token' } })));
      expect(failed).toMatchObject({
        code: 'fetch_failed',
        message: expect.stringContaining('to another address'),
      });
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('that does not answer in time is given up', async () => {
    const url = await serve({ before: () => true });
    const failed = await failure(prepare(open({ url }, { set: ['workspaces.fetchTimeout=1s'] })));
    expect(failed).toMatchObject({
      code: 'fetch_failed',
      retryable: true,
      message: expect.stringContaining('too long'),
    });
  });

  test('that is not there is an error that may pass', async () => {
    const url = await serve();
    await server?.close();
    server = undefined;
    const failed = await failure(prepare(open({ url })));
    expect(failed).toMatchObject({
      code: 'fetch_failed',
      retryable: true,
      message: expect.stringContaining('reached'),
    });
  });

  test('that cuts its answer is an error that may pass, and the mirror stays', async () => {
    let cut = false;
    const url = await serve({
      before: (request, response) => {
        if (!cut || request.method !== 'POST') return false;
        response.writeHead(200, {
          'content-type': 'application/x-git-upload-pack-result',
          'content-length': 1000,
        });
        response.write('0008NAK\n');
        setImmediate(() => response.destroy());
        return true;
      },
    });
    const workspaces = open({ url }, { set: ['workspaces.maxAge=0s'] });
    await prepare(workspaces);
    cut = true;
    repository.commit({ 'a.txt': 'two\n' });
    expect(await failure(prepare(workspaces))).toMatchObject({ code: 'fetch_failed', retryable: true });
    expect(mirrors()).toHaveLength(1);
    cut = false;
    await prepare(workspaces);
    expect(tip()).toBe(repository.git('rev-parse', 'main'));
  });

  test.each([
    ['a path where nothing is', () => ({ path: join(folder, 'nothing') })],
    ['an address where nothing is', () => ({ url: `file://${folder}/nothing` })],
  ])('has %s', async (_, source) => {
    const failed = await failure(prepare(open(source())));
    expect(failed).toMatchObject({
      code: 'fetch_failed',
      message: expect.stringContaining('no such repository'),
    });
  });

  test.each([
    ['a file that is not there', { tokenFile: 'nothing' }, 'tokenFile cannot be read (ENOENT)'],
    ['a variable that is not set', { tokenVariable: 'NOT_SET_HERE' }, 'tokenVariable has no token'],
  ])('cannot be asked with %s', async (_, credential, said) => {
    const failed = await failure(prepare(open({ url: 'https://git.example.org/shop', credential })));
    expect(failed).toMatchObject({ code: 'unusable', reason: expect.stringContaining(said) });
    expect(failed.message).toBe('The workspace shop cannot be used here. Tell the operator.');
  });

  test('is reached by ssh with its own key and known hosts, and nothing of the user’s', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const name of ['git', 'timeout', 'sh']) {
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(bin, name));
    }
    // Stands in for ssh(1): writes down how it is called, and runs what is to run on the host here.
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/called\nfor last; do :; done\nexec sh -c "$last"\n`;
    writeFileSync(join(bin, 'ssh'), script, { mode: 0o755 });
    const url = `ssh://git@git.example.org:2222${repository.path}`;
    const ssh = { keyFile: "it's key", knownHostsFile: 'known hosts' };
    const environment = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    await prepare(open({ url, ssh }, { environment }));
    expect(tip()).toBe(repository.git('rev-parse', 'main'));
    const called = readFileSync(join(folder, 'called'), 'utf8').split('\n');
    expect(called).toEqual(
      expect.arrayContaining([
        ...[
          '-F',
          '/dev/null',
          join(folder, "it's key"),
          `UserKnownHostsFile="${join(folder, 'known hosts')}"`,
        ],
        ...['StrictHostKeyChecking=yes', 'BatchMode=yes', 'IdentitiesOnly=yes', 'git@git.example.org'],
      ]),
    );
  });
});
