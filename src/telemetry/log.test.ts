import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const LOG = new URL('./log.ts', import.meta.url).href;

/** A process that logs and then says on its error output that it still runs. */
const PROGRAM = `
  import { createLogger } from '${LOG}';
  const logger = createLogger('test', 'info');
  for (let line = 0; line < 3; line += 1) logger.info({ count: line }, 'a line');
  setImmediate(() => console.error('still here'));
`;

it('writes one line of JSON an event to standard output', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatchObject({ level: 'info', component: 'test', count: 0, msg: 'a line' });
});

it('loses lines on a full disk, and the process goes on', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', full, 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  expect({ code, said }).toEqual({ code: 0, said: 'still here\n' });
});
