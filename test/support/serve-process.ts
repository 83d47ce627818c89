import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../src/toolchain/index.ts';

export interface ServeProcess {
  process: ChildProcess;
  /** The first thing that it says over its channel. Rejects with its output where it ends without a word. */
  said: Promise<unknown>;
  exited: Promise<number | null>;
  /** Standard output and error so far. */
  output(): string;
  /** The log so far, without lines that are not JSON. */
  log(): ServeLogLine[];
}

export interface ServeLogLine {
  role: string;
  component: string;
  msg: string;
  level: string;
  address?: string;
  pid?: number;
  reason?: string;
  code?: string;
}

/** Runs `gatehouse serve` as `up` does, with a channel. @param set configuration, as `a.b=value` */
export function startServe(
  roles: string[],
  { dataDir, set, args = [] }: { dataDir: string; set: string[]; args?: string[] },
): ServeProcess {
  const child = fork(
    join(ROOT, 'src/cli/main.ts'),
    ['serve', ...roles, ...args, '--data-dir', dataDir, ...set.flatMap((setting) => ['--set', setting])],
    { silent: true, env: { PATH: process.env.PATH, HOME: process.env.HOME } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const said = Promise.race([
    once(child, 'message').then(([message]) => message as unknown),
    exited.then(() => {
      throw new Error(output);
    }),
  ]);
  said.catch(() => {});
  return {
    process: child,
    said,
    exited,
    output: () => output,
    log: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as ServeLogLine),
  };
}
