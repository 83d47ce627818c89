import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectAdminProblem, startTestAdmin } from '../../../../test/support/admin.ts';
import { loadConfig } from '../../../config/index.ts';
import { createTextInspector } from './text-inspector.ts';

test('rules that cannot be used are named with their mistakes', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-try-'));
  const file = join(dir, 'own.yaml');
  await writeFile(file, 'rules: 7\n');
  const config = loadConfig({ dataDir: dir, cwd: dir, set: [`inspection.rules=["${file}"]`] });
  const textInspector = createTextInspector(config);
  const choices = { tiers: ['pro'], routes: ['submit'] };
  const answer = await startTestAdmin({ choices, textInspector }).call('/api/inspection/try', {
    ...{ method: 'POST', body: { text: 'hello' } },
  });
  expect(expectAdminProblem(answer, 500, 'invalid_rules').detail).toContain('own.yaml:1');
  await textInspector.close();
  await rm(dir, { recursive: true });
});
