import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';

const page = readFileSync(join(ROOT, 'docs/identity.md'), 'utf8');
const sections = page.matchAll(/^## (.+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm);
const examples = [...sections].flatMap(([, title = '', text = '']) =>
  [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, yaml = ''], index) => [`${title}, ${index + 1}`, yaml] as const,
  ),
);

test('docs/identity.md has examples', () => {
  expect(examples.map(([title]) => title)).toEqual(
    expect.arrayContaining(['Client certificates (mTLS), 1', "Browsers' login (OpenID Connect), 2"]),
  );
});

test.each(examples)('the example of docs/identity.md is a valid configuration: %s', (_, yaml) => {
  const set = Object.entries(parse(yaml) as object).map(
    ([section, value]) => `${section}=${JSON.stringify(value)}`,
  );
  expect(() => loadConfig({ dataDir: '/data', cwd: '/', set })).not.toThrow();
});
