import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../src/toolchain/index.ts';

const MAX_BYTES = 150_000;
const BUILT = join(ROOT, 'dist/ui');

describe.each(['operator', 'caller'])('the page %s', (name) => {
  const folder = join(BUILT, name);

  test('loads under 150 KB compressed, its font included', (context) => {
    if (!existsSync(folder)) context.skip('the pages are not built: run make setup');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    // What a browser loads: the Brotli form, or the file itself where there is none.
    const loaded = files.filter(({ name, parentPath }) =>
      name.endsWith('.br') ? true : !/[.]gz$/.test(name) && !existsSync(join(parentPath, `${name}.br`)),
    );
    const total = loaded.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
    expect(loaded.length).toBeGreaterThan(3);
    expect(total).toBeLessThan(MAX_BYTES);
  });

  test('has the hash of its content in the name of every file but the entry', (context) => {
    if (!existsSync(folder)) context.skip('the pages are not built: run make setup');
    for (const file of readdirSync(join(folder, 'assets'))) expect(file).toMatch(/-[\w-]{8}[.]/);
  });
});

test('npm pack takes the built pages along, and no test', (context) => {
  if (!existsSync(BUILT)) context.skip('the pages are not built: run make setup');
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const answer = execFileSync(join(ROOT, 'scripts/npm'), args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files }] = JSON.parse(answer) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  for (const path of [
    'dist/ui/operator/index.html',
    'dist/ui/caller/index.html.br',
    'dist/ui/THIRD-PARTY-LICENSES.txt',
    'bin/gatehouse',
    'LICENSE',
  ]) {
    expect(paths).toContain(path);
  }
  expect(paths.filter((path) => path.endsWith('.test.ts'))).toEqual([]);
});
