import { afterEach, expect, test } from 'vitest';
import { cgroupsMissing } from '../support/cgroups.ts';
import { openTestPool, type TestPool } from '../support/pool.ts';
import { recordingLogger } from '../support/recording-logger.ts';

let pool: TestPool | undefined;
afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

const available = cgroupsMissing() === undefined ? 'workers can have cgroups here' : undefined;

test('where workers cannot have cgroups, `auto` runs them without, and says once why', async (context) => {
  if (available !== undefined) return context.skip(available);
  const { logger, lines } = recordingLogger();
  pool = await openTestPool({ logger });
  expect((await pool.run({ prompt: 'hello' })).outcome.kind).toBe('completed');
  const said = lines.filter(({ message }) => message.includes('cgroups'));
  expect(said).toEqual([
    {
      level: 'info',
      message: expect.stringMatching(/^Nothing bounds the memory and processor time of workers/),
      reason: expect.any(String),
    },
  ]);
});

test('where workers cannot have cgroups, `required` refuses to start, and says what to do', async (context) => {
  if (available !== undefined) return context.skip(available);
  await expect(openTestPool({ set: ['pool.cgroup=required'] })).rejects.toThrow(
    /^pool\.cgroup is required, but workers cannot have cgroups of their own here: .+/,
  );
});

test('with `none` nobody looks for cgroups', async () => {
  const { logger, lines } = recordingLogger();
  pool = await openTestPool({ logger, set: ['pool.cgroup=none'] });
  expect(lines.filter(({ message }) => message.includes('cgroups'))).toEqual([]);
});
