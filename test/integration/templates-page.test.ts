import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createInject } from '../../src/api/inject.ts';
import { loadConfig } from '../../src/config/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';

test('docs/templates.md says what its example comes to', () => {
  const page = readFileSync(join(ROOT, 'docs/templates.md'), 'utf8');
  const example = (kind: string) => new RegExp(`^\`\`\`${kind}\\n(.*?)\\n\`\`\``, 'ms').exec(page)?.[1] ?? '';
  const dir = mkdtempSync(join(tmpdir(), 'gatehouse-test-templates-'));
  const file = join(dir, 'gatehouse.yaml');
  writeFileSync(file, example('yaml'));
  const ofPage = createInject(loadConfig({ file, dataDir: dir, cwd: dir }));
  rmSync(dir, { recursive: true });
  expect(ofPage(JSON.parse(example('json')), { route: 'reports', tier: 'pro' }).request).toMatchObject({
    prompt: example('prompt'),
    system: example('system'),
  });
});
