import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SERVE_NODE_FLAGS } from './memory.ts';

test('bin/gatehouse serves with the same flags as the processes that are started from here', () => {
  const launcher = readFileSync(new URL('../../bin/gatehouse', import.meta.url), 'utf8');
  expect(launcher).toContain(`flags="${SERVE_NODE_FLAGS.join(' ')}"`);
});
