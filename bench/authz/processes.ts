import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../src/config/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { freePort } from '../../test/support/free-port.ts';
import { startTestRedis, type TestRedis } from '../../test/support/redis.ts';

export interface AuthzProcess {
  pid: number;
  port: number;
}

/** Processes as an installation has them: `gatehouse serve authz`, all on one Redis. */
export interface AuthzProcesses {
  processes: AuthzProcess[];
  /** With which keys and the blocklist are administered. */
  config: Config;
  redis: TestRedis;
  close(): Promise<void>;
}

/** @param set configuration, as `a.b=value` */
export async function startAuthzProcesses(count: number, ...set: string[]): Promise<AuthzProcesses> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-authz-'));
  await writeFile(join(dir, 'key'), randomBytes(32).toString('hex'), { mode: 0o600 });
  const redis = await startTestRedis();
  const settings = [
    `redis.url=${redis.address.url}`,
    `identity.apiKeys.hashKeyFile=${join(dir, 'key')}`,
    `identity.assertion.keyFile=${join(dir, 'key')}`,
    ...set,
  ];
  const children: ChildProcess[] = [];
  const close = async () => {
    await Promise.all(children.map(end));
    await redis.close();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const processes: AuthzProcess[] = [];
    for (let at = 0; at < count; at += 1) {
      const port = await freePort();
      const own = [`listen.authz=127.0.0.1:${port}`, 'listen.authzHttp=127.0.0.1:0'];
      const child = fork(
        join(ROOT, 'src/cli/main.ts'),
        ['serve', 'authz', '--data-dir', dir, ...[...settings, ...own].flatMap((each) => ['--set', each])],
        { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
      );
      children.push(child);
      const [message] = (await once(child, 'message')) as [{ type: string; message?: string }];
      if (message.type !== 'ready' || child.pid === undefined) throw new Error(message.message);
      processes.push({ pid: child.pid, port });
    }
    return { processes, config: loadConfig({ dataDir: dir, cwd: dir, set: settings }), redis, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
