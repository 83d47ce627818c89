import type { Reading } from '../../src/inspect/detect.ts';
import { compileRuleBook } from '../../src/inspect/rules/rule-book.ts';

const { default: RULES } = compileRuleBook({ texts: [], allow: [] }).sets;

/** The share of doubt that the rules leave, 1 where none matched: as inspect() counts them, each once, where it weighs most. */
export function doubtOf(readings: readonly Reading[]): number {
  const weights = new Map<string, number>();
  for (const { text } of readings) {
    for (const { rule, weight } of RULES.match(text)) {
      weights.set(rule.name, Math.max(weights.get(rule.name) ?? 0, weight));
    }
  }
  return [...weights.values()].reduce((doubt, weight) => doubt * (1 - weight), 1);
}
