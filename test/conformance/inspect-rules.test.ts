import { beforeAll, describe, expect, test } from 'vitest';
import { compileRuleBook } from '../../src/inspect/index.ts';
import { groupOf, readHarmless, readItems } from '../../training/inspect/items.ts';

/** Of the texts of each group, by what the rules that ship alone say of them. */
const counts: Record<string, { texts: number; matched: number; flagged: number; rejected: number }> = {};

beforeAll(() => {
  const { match } = compileRuleBook({ texts: [], allow: [] }).sets.default;
  const items = [
    ...readItems().map((item) => ({ text: item.text, group: groupOf(item) })),
    ...readHarmless().map(({ text }) => ({ text, group: 'harmless' })),
  ];
  for (const { text, group } of items) {
    const matches = match(text.normalize('NFKC'));
    const score = 1 - matches.reduce((harmless, { weight }) => harmless * (1 - weight), 1);
    counts[group] ??= { texts: 0, matched: 0, flagged: 0, rejected: 0 };
    counts[group].texts += 1;
    if (matches.length > 0) counts[group].matched += 1;
    if (score >= 0.5) counts[group].flagged += 1;
    if (score >= 0.9) counts[group].rejected += 1;
  }
}, 120_000);

describe('of harmless texts the rules alone flag none:', () => {
  test.each(['development', 'hard', 'chat', 'harmless'])('%s', (group) => {
    expect(counts[group]?.texts).toBeGreaterThan(200);
    expect(counts[group]).toMatchObject({ flagged: 0, rejected: 0 });
  });
});

test('of attacks that are quoted as data the rules alone reject one in ten at most', () => {
  const { texts = 0, rejected = 0 } = counts.quoted ?? {};
  expect(rejected / texts).toBeLessThanOrEqual(0.1);
});

test('of attacks the rules alone find one in five, by what has one meaning', () => {
  const { texts = 0, matched = 0, flagged = 0 } = counts.core ?? {};
  expect(matched / texts).toBeGreaterThan(0.2);
  expect(flagged / texts).toBeGreaterThan(0.2);
});
