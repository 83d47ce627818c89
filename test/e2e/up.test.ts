import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findTool } from '../../src/toolchain/index.ts';
import { identifyProcess, isRunning } from '../../src/up/process-identity.ts';
import { newClient } from '../support/client.ts';
import {
  gatehouse,
  type Installation,
  type InstallationOptions,
  startInstallation,
  temporaryFolder,
} from '../support/installation.ts';
import { descendantsOf, processesNaming } from '../support/processes.ts';
import { until } from '../support/until.ts';

const started: Installation[] = [];
afterEach(async () => {
  for (const installation of started.splice(0).reverse()) await installation.close();
});

async function start(options?: InstallationOptions): Promise<Installation> {
  const installation = await startInstallation(options);
  started.push(installation);
  return installation;
}

async function invoke(up: Installation, prompt: string, key = up.apiKey) {
  const client = newClient(up.url);
  const answer = await client.send('/claude/invoke', {
    key,
    headers: { prefer: 'wait=60' },
    body: { prompt },
  });
  await client.close();
  return answer;
}

describe('gatehouse up', () => {
  it('runs two installations side by side, each with its own keys', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect((await invoke(one, 'stand-in: say one')).status).toBe(200);
    expect((await invoke(two, 'stand-in: say two')).status).toBe(200);
    expect((await invoke(two, 'stand-in: say two', one.apiKey)).status).toBe(401);
  });

  it('serves TLS with the certificate that it made, HTTP/2 and HTTP/1.1', async () => {
    const up = await start();
    const session = connect(up.tlsUrl, { ca: await readFile(up.caFile) });
    const stream = session.request({ ':path': '/health' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(200);
    expect(session.alpnProtocol).toBe('h2');
    session.destroy();
  });

  it('shows what each role counts, at the addresses that it prints', async () => {
    const up = await start();
    const metricsOf = async (name: string) => (await fetch(`http://${up.listen[name]}/metrics`)).text();
    expect(await metricsOf('authzHttp')).toContain('gatehouse_authz_');
    expect(await metricsOf('ratelimitHttp')).toContain('gatehouse_ratelimit_');
    expect(await metricsOf('workerHttp')).toContain('gatehouse_model_breaker_state{provider="stand-in"} 0');
  });

  it('drains on SIGTERM: a run in flight finishes, and nothing is left', async () => {
    const up = await start();
    const answer = invoke(up, 'stand-in: delay 2s\nstand-in: say finished');
    const client = newClient(up.url);
    await until(async () => (await up.logs()).includes('job_id'), 'the job runs');
    expect(await up.stop()).toBe(0);
    expect((await answer).json()).toMatchObject({ state: 'completed', result: { text: 'finished' } });
    await client.close();
    expect(processesNaming(up.dataDir)).toEqual([]);
  });

  describe('while a job runs for longer than it drains', () => {
    const long = 'stand-in: delay 50s\nstand-in: say late';

    it('ends streams cleanly at SIGTERM, and waits for nobody else', async () => {
      const up = await start({ set: ['envoy.drainTimeout=60s', 'pool.drainTimeout=500ms'] });
      const stream = await fetch(`${up.url}/claude/stream`, {
        method: 'POST',
        headers: { 'x-api-key': up.apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: long }),
      });
      expect(stream.status).toBe(200);
      let text = '';
      const read = async () => {
        for await (const part of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) text += part;
      };
      const ended = read().then(() => 'cleanly', String);
      await until(() => text.includes('"state":"running"'), 'the caller hears that the job runs');
      const startedAt = performance.now();
      expect(await up.stop()).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(20_000);
      expect(await ended).toBe('cleanly');
      expect(up.stderr()).not.toContain('and cut');
    });

    it('answers who waits with the job as it is, once the time is over', async () => {
      const up = await start({ set: ['envoy.drainTimeout=1s', 'pool.drainTimeout=500ms'] });
      const answer = invoke(up, long);
      await until(async () => (await up.logs()).includes('attempt begins'), 'the job runs');
      expect(await up.stop()).toBe(0);
      const { status, json } = await answer;
      expect({ status, state: json().state }).toEqual({ status: 202, state: 'running' });
      expect(up.stderr()).not.toContain('and cut');
    });
  });

  it('keeps keys and jobs over a restart', async () => {
    const up = await start();
    const key = await up.createKey('service-a', 'pro');
    const done = (await invoke(up, 'stand-in: say kept', key)).json();
    expect(await up.stop()).toBe(0);
    const again = await start({ dataDir: up.dataDir });
    const client = newClient(again.url);
    const status = await client.send(`/claude/status/${done.jobId}`, { key });
    expect(status.json()).toMatchObject({ state: 'completed', result: { text: 'kept' } });
    await client.close();
  });

  it('starts a part again that died, and says so', async () => {
    const up = await start();
    for (const role of ['authz', 'ratelimit', 'api', 'worker']) {
      const [pid] = processesNaming(up.dataDir).filter((candidate) =>
        commandLine(candidate).includes(`serve\0${role}`),
      );
      process.kill(pid as number, 'SIGKILL');
      await until(() => new RegExp(`${role}.*SIGKILL`).test(up.stderr()), `the end of ${role} is said`);
      await until(
        async () => (await invoke(up, 'stand-in: say back')).status === 200,
        `${role} is back`,
        30_000,
      );
    }
    expect(await up.stop()).toBe(0);
    expect(processesNaming(up.dataDir)).toEqual([]);
  });

  it.each([
    ['redis', 'redis-server'],
    ['envoy', '--config-path'],
  ])('starts %s again that was killed, says so, and requests pass again', async (part, argument) => {
    const up = await start();
    const [pid] = processesNaming(up.dataDir).filter((candidate) =>
      commandLine(candidate).includes(argument),
    );
    process.kill(pid as number, 'SIGKILL');
    await until(() => up.stderr().includes(`${part} (pid ${pid}) ended with SIGKILL`), 'its end is said');
    const again = new RegExp(`^${part} \\(pid \\d+\\) runs again$`, 'm');
    await until(() => again.test(up.stderr()), 'it runs again', 30_000);
    await until(
      async () => {
        const answer = await invoke(up, 'stand-in: say back').catch(() => undefined);
        return answer?.status === 200 && answer.json().state === 'completed';
      },
      'requests pass',
      30_000,
    );
    expect(await up.stop()).toBe(0);
    expect(processesNaming(up.dataDir)).toEqual([]);
  });

  it.each(['auto', 'none'])(
    'killed with SIGKILL while a job runs it leaves no process of the job (pool.sandbox: %s)',
    async (sandbox) => {
      const up = await start({ set: [`pool.sandbox=${sandbox}`] });
      const cut = invoke(up, 'stand-in: delay 50s\nstand-in: say late').catch(() => undefined);
      const all = () => descendantsOf(up.process.pid as number);
      const isClaude = (pid: number) => commandLine(pid).split('\0')[0]?.endsWith('/claude');
      await until(() => all().some(isClaude), 'Claude Code runs');
      const started = all()
        .map(identifyProcess)
        .filter((identity) => identity !== undefined);
      expect(started.length).toBeGreaterThan(6);
      up.process.kill('SIGKILL');
      await until(() => !started.some(isRunning), 'all of them have ended', 30_000);
      await cut;
    },
  );

  it('leaves nothing behind even when it is killed with SIGKILL', async () => {
    const up = await start();
    const ended = once(up.process, 'exit');
    up.process.kill('SIGKILL');
    await ended;
    await until(() => processesNaming(up.dataDir).length === 0, 'every part has ended', 30_000);
    const again = await start({ dataDir: up.dataDir });
    expect((await invoke(again, 'stand-in: say hello')).status).toBe(200);
  });
});

describe('gatehouse up refuses to start, says why, and leaves nothing running', () => {
  async function refused(args: string[], env?: NodeJS.ProcessEnv): Promise<string> {
    const dataDir = await temporaryFolder();
    const { code, stdout, stderr } = await gatehouse(['up', '--json', '--data-dir', dataDir, ...args], env);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(processesNaming(dataDir)).toEqual([]);
    return stderr;
  }

  it('when a port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const rest = [
      'envoyTls',
      'envoyAdmin',
      'envoyMetrics',
      'authz',
      'authzHttp',
      'ratelimit',
      'ratelimitHttp',
      'api',
      'apiHttp',
      'workerHttp',
    ].flatMap((name) => ['--set', `listen.${name}=127.0.0.1:0`]);
    const said = await refused([...rest, '--set', `listen.envoyHttp=127.0.0.1:${port}`]);
    expect(said).toContain(`port ${port} (listen.envoyHttp)`);
    expect(said).toContain('--free-ports');
    other.close();
  });

  it('when the data folder is another installation’s that runs', async () => {
    const up = await start();
    const { code, stderr } = await gatehouse(['up', '--json', '--free-ports', '--data-dir', up.dataDir]);
    expect(code).toBe(1);
    expect(stderr).toContain(String(up.process.pid));
  });

  it('when the Claude Code CLI is missing, with how to install it', async () => {
    const said = await refused(['--free-ports', '--set', 'pool.claudePath=/nowhere/claude']);
    expect(said).toContain('/nowhere/claude');
    expect(said).toContain('make setup');
  });

  it('when Envoy is missing', async () => {
    expect(await refused(['--free-ports', '--set', 'envoy.path=/nowhere/envoy'])).toContain('/nowhere/envoy');
  });

  it('when Redis does not start', async () => {
    const bin = join(await temporaryFolder(), 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'redis-server'), '#!/bin/sh\necho "cannot start today" >&2\nexit 3\n', {
      mode: 0o755,
    });
    const said = await refused(['--free-ports'], { PATH: `${bin}:${process.env.PATH}` });
    expect(said).toMatch(/redis/i);
    expect(said).toContain('log');
  });

  it('when the named Redis does not answer', async () => {
    const said = await refused(['--free-ports', '--set', 'redis.url=redis://127.0.0.1:1']);
    expect(said).toContain('127.0.0.1:1');
  });

  it('when the configuration has an unknown key', async () => {
    expect(await refused(['--set', 'listen.envoyHtp=127.0.0.1:0'])).toContain(
      'did you mean "listen.envoyHttp"',
    );
  });

  it('when bubblewrap is demanded and missing', async () => {
    const said = await refused([
      '--free-ports',
      '--set',
      'pool.sandbox=bubblewrap',
      '--set',
      'pool.bwrapPath=/nowhere/bwrap',
    ]);
    expect(said).toContain('bubblewrap');
  });
});

describe('gatehouse up finds Redis', () => {
  it('on PATH before the one that set-up installed', async () => {
    const redis = findTool('redis-server') as string;
    const bin = join(await temporaryFolder(), 'bin');
    await mkdir(bin);
    await symlink(redis, join(bin, 'redis-server'));
    const up = await start({ env: { PATH: `${bin}:${process.env.PATH}` } });
    expect(
      processesNaming(up.dataDir).some((pid) => commandLine(pid).includes(join(bin, 'redis-server'))),
    ).toBe(true);
    expect(dirname(redis)).not.toBe(bin);
  });
});

/** Empty for a process that has ended meanwhile. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
