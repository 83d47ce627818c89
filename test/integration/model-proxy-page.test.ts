import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { LIST_PRICES, LIST_PRICES_AS_OF } from '../../src/model/index.ts';
import { METRICS } from '../../src/telemetry/index.ts';
import { modelConfig } from '../support/model-settings.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/model-proxy.md'), 'utf8');

it('the page has every list price, and when it was taken down', () => {
  const rows = Object.entries(LIST_PRICES).flatMap(([model, { long, ...price }]) => {
    const row = (name: string, { input, output, cacheRead }: typeof price) =>
      `| ${name} | ${input} | ${output} | ${cacheRead} |`;
    const own = row(`\`${model}\``, price);
    return long === undefined
      ? [own]
      : [own, row(`\`${model}\`, more than ${long.aboveInputTokens} input tokens`, long)];
  });
  const [table] = /\| model \| input .*?\n\n/s.exec(PAGE) ?? [''];
  expect(table.trim().split('\n').slice(2)).toEqual(rows);
  expect(PAGE).toContain(`taken down on ${LIST_PRICES_AS_OF}`);
});

it('writing to the cache costs what the page says, for every model', () => {
  for (const { input, cacheWrite, cacheWrite1h } of Object.values(LIST_PRICES)) {
    expect([cacheWrite, cacheWrite1h]).toEqual([input * 1.25, input * 2]);
  }
});

it('the examples are valid configurations', () => {
  const examples = [...PAGE.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => parse(yaml));
  expect(examples).toHaveLength(3);
  for (const { model, budgets } of examples) expect(() => modelConfig(model, budgets)).not.toThrow();
});

it('names every metric of model requests', () => {
  const names = Object.values(METRICS)
    .map(({ name }) => name)
    .filter((name) => name.startsWith('gatehouse_model_'));
  expect(names.filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
});
