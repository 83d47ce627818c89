import type { ModelPrice } from './model-price.ts';

/** When the list below was taken down. */
export const LIST_PRICES_AS_OF = '2026-11-26';

/**
 * Anthropic's list prices as Claude Code 2.1.330 counts them: measured by the cost that it says for known numbers of
 * tokens. The beginning that is longest counts.
 */
export const LIST_PRICES: Readonly<Record<string, ModelPrice>> = {
  'claude-fable-5*': price(10, 50, 1),
  'claude-fable-5-2*': price(8, 40, 0.2),
  'claude-mythos-5*': price(10, 50, 1),
  'claude-mythos-5-2*': price(8, 40, 0.2),
  'claude-opus-5*': price(5, 25, 0.5),
  'claude-opus-5-5*': price(4, 20, 0.2),
  'claude-opus-4*': price(15, 75, 1.5),
  'claude-opus-4-5*': price(5, 25, 0.5),
  'claude-opus-4-6*': price(5, 25, 0.5),
  'claude-opus-4-7*': price(5, 25, 0.5),
  'claude-opus-4-8*': price(5, 25, 0.5),
  'claude-sonnet-5*': price(2, 10, 0.2),
  'claude-sonnet-5-5*': price(2, 10, 0.1),
  'claude-sonnet-4*': price(3, 15, 0.3),
  'claude-3-7-sonnet*': price(3, 15, 0.3),
  'claude-haiku-5-5*': {
    ...price(0.1, 0.5, 0.01),
    long: { aboveInputTokens: 100_000, ...price(0.5, 2.5, 0.05) },
  },
  'claude-haiku-4-5*': price(1, 5, 0.1),
  'claude-3-5-haiku*': price(0.8, 4, 0.08),
};

/** Writing to the cache costs a quarter more than input for 5 minutes, twice as much for an hour; so for every model. */
function price(input: number, output: number, cacheRead: number) {
  return { input, output, cacheRead, cacheWrite: input * 1.25, cacheWrite1h: input * 2 };
}
