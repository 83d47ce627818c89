import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/index.ts';
import { compileRuleBook, REASON_CLASSES } from '../../src/inspect/index.ts';

const page = readFileSync(new URL('../../docs/prompt-inspection.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);

test('the rules of the page can be used', () => {
  const text = blocks.find((block) => block.startsWith('rules:')) as string;
  const book = compileRuleBook({ texts: [{ file: 'page.yaml', text }], allow: [] });
  expect(book.sets.default.rules.map(({ name }) => name)).toContain('codename');
});

test('the configuration of the page is a valid one', () => {
  const { inspection } = parse(blocks.find((block) => block.startsWith('inspection:')) as string);
  const config = loadConfig({ set: [`inspection=${JSON.stringify(inspection)}`], dataDir: '/', cwd: '/' });
  expect(config.inspection.policies).toHaveProperty('strict');
});

test('the page tells of every class', () => {
  for (const name of REASON_CLASSES) expect(page).toContain(`| \`${name}\` |`);
});
