import { describe, expect, test } from 'vitest';
import { checkPattern } from './pattern.ts';
import { failingExamples } from './rule-book.ts';
import { PRESETS, SHIPPED_RULES } from './shipped-rules.ts';

describe.each(PRESETS)('of the preset %s', (preset) => {
  test('each rule matches its examples and passes over the others', () => {
    expect(failingExamples(SHIPPED_RULES[preset]).map(({ line, reason }) => `${line}: ${reason}`)).toEqual(
      [],
    );
  });

  test('each pattern can be used', () => {
    for (const { pattern } of SHIPPED_RULES[preset]) expect(() => checkPattern(pattern)).not.toThrow();
  });

  test('each rule shows what it takes and what it does not', () => {
    for (const { name, examples } of SHIPPED_RULES[preset]) {
      expect(examples.match.length, name).toBeGreaterThan(0);
      expect(examples.pass.length, name).toBeGreaterThan(0);
    }
  });

  test('no two rules have one name', () => {
    const names = SHIPPED_RULES[preset].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
