import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createLogLevels } from './levels.ts';
import { createLogger } from './log.ts';

const TELEMETRY = new URL('./index.ts', import.meta.url).href;

/** A process that logs and then says on its error output that it still runs. */
const PROGRAM = `
  import { createLogger, createLogLevels } from '${TELEMETRY}';
  const levels = createLogLevels({ level: 'info', components: {} });
  const logger = createLogger({ component: 'api', role: 'api', levels });
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
  expect(lines[0]).toEqual({
    ...{ level: 'info', time: expect.any(String), component: 'api', role: 'api', count: 0, msg: 'a line' },
  });
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

describe('what is written', () => {
  function start(configured: Parameters<typeof createLogLevels>[0]) {
    const lines: Record<string, unknown>[] = [];
    const levels = createLogLevels(configured);
    const output = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const logger = createLogger({ component: 'api', role: 'api', levels, output });
    return { logger, levels, said: () => lines.map(({ component, msg }) => `${component}: ${msg}`), lines };
  }

  it('has the level of its component, else the one for all', () => {
    const { logger, said } = start({ level: 'warn', components: { pool: 'debug' } });
    logger.info({}, 'not written');
    logger.warn({}, 'written');
    logger.of('pool').debug({}, 'written');
    expect(said()).toEqual(['api: written', 'pool: written']);
  });

  it('follows a level that is changed while it runs, in loggers made before as well', () => {
    const { logger, levels, said } = start({ level: 'warn', components: { pool: 'debug' } });
    const child = logger.child({ request_id: 'r' });
    levels.override({ api: 'debug' });
    child.debug({}, 'api raised');
    levels.override({ all: 'error' });
    child.warn({}, 'not written');
    logger.of('pool').warn({}, 'not written');
    levels.override({ all: 'error', pool: 'info' });
    logger.of('pool').info({}, 'its own before all');
    levels.override({});
    logger.of('pool').debug({}, 'as configured');
    child.info({}, 'not written');
    expect(said()).toEqual(['api: api raised', 'pool: its own before all', 'pool: as configured']);
  });

  it("carries the fields of its child loggers, the latest of one name, and another component's as well", () => {
    const { logger, lines } = start({ level: 'info', components: {} });
    const request = logger.child({ request_id: 'r', client: undefined });
    const job = request.child({ job_id: 'j', request_id: 's' }).of('jobs');
    job.info({ code: 'x' }, 'done');
    request.info({}, 'still as it was');
    const [first, second] = lines.map(({ time: _, level: __, ...rest }) => rest);
    expect(first).toEqual({
      ...{ component: 'jobs', role: 'api', request_id: 's', job_id: 'j', code: 'x', msg: 'done' },
    });
    expect(second).toEqual({ component: 'api', role: 'api', request_id: 'r', msg: 'still as it was' });
  });
});
