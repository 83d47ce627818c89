import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelSettings } from '../../../test/support/model-settings.ts';
import { type AnswerUsage, NO_ANSWER_USAGE } from '../usage.ts';
import { createPriceTable } from './price-table.ts';

const MILLION = 1_000_000;

function costUsd(usage: Partial<AnswerUsage>, model: string, prices: Record<string, unknown> = {}) {
  const table = createPriceTable(modelSettings({ prices }).prices);
  const { nanoUsd, known } = table.costOf({ ...NO_ANSWER_USAGE, ...usage }, [model]);
  return { usd: nanoUsd / 1e9, known };
}

describe('the list prices', () => {
  it.each([
    ['claude-sonnet-5-5', { input_tokens: MILLION }, 2],
    ['claude-sonnet-5-5', { output_tokens: MILLION }, 10],
    ['claude-sonnet-5-5', { cache_read_input_tokens: MILLION }, 0.1],
    ['claude-sonnet-5-5', { cache_creation_input_tokens: MILLION }, 2.5],
    ['claude-sonnet-4-5-20250929', { input_tokens: MILLION, output_tokens: MILLION }, 18],
    ['claude-opus-4-20250514', { output_tokens: MILLION }, 75],
    ['claude-opus-4-8', { output_tokens: MILLION }, 25],
    ['claude-haiku-4-5', { output_tokens: MILLION }, 5],
  ] as const)('of %s for %j are %d dollars', (model, usage, usd) => {
    expect(costUsd(usage, model)).toEqual({ usd, known: true });
  });

  it('tell what is cached for an hour from what is cached for five minutes', () => {
    const usage = { cache_creation_input_tokens: MILLION, cache_creation_1h_input_tokens: MILLION / 2 };
    expect(costUsd(usage, 'claude-opus-5-5').usd).toBe(2.5 + 4);
  });

  it('are those for long requests where there is more input than a bound, with what is cached', () => {
    expect(costUsd({ input_tokens: 100_000 }, 'claude-haiku-5-5').usd).toBe(0.01);
    expect(costUsd({ input_tokens: 100_001 }, 'claude-haiku-5-5').usd).toBe(0.0500005);
    const mixed = { input_tokens: 150_000, cache_read_input_tokens: 150_000 };
    expect(costUsd(mixed, 'claude-haiku-5-5').usd).toBe(0.0825);
  });

  it('have a price for each search that the provider runs', () => {
    expect(costUsd({ web_search_requests: 3 }, 'claude-opus-5').usd).toBe(0.03);
  });
});

describe('a model without a price', () => {
  it('is counted at the price for such, and said to be', () => {
    expect(costUsd({ output_tokens: MILLION }, 'gpt-none')).toEqual({ usd: 50, known: false });
  });

  it('costs nothing where the configuration says so', () => {
    expect(costUsd({ output_tokens: MILLION }, 'gpt-none', { unknown: null })).toEqual({
      usd: 0,
      known: false,
    });
  });

  it('gets one from the configuration, also one that goes over the list', () => {
    const price = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0 };
    const models = { 'gpt-*': price, 'claude-opus-5-5*': price };
    expect(costUsd({ output_tokens: MILLION }, 'gpt-none', { models })).toEqual({ usd: 2, known: true });
    expect(costUsd({ output_tokens: MILLION }, 'claude-opus-5-5', { models }).usd).toBe(2);
  });

  it('is priced by its other name where it has one', () => {
    const table = createPriceTable(modelSettings().prices);
    const usage = { ...NO_ANSWER_USAGE, output_tokens: MILLION };
    expect(table.costOf(usage, ['our-own-name', 'claude-sonnet-5-5'])).toEqual({
      nanoUsd: 10e9,
      known: true,
    });
  });
});

it('adds up to the same however answers are split, to a billionth of a dollar', () => {
  const tokens = fc.nat({ max: 100_000 });
  const table = createPriceTable(modelSettings().prices);
  fc.assert(
    fc.property(
      fc.array(
        fc
          .record({ input_tokens: tokens, output_tokens: tokens })
          .map((some): AnswerUsage => ({ ...NO_ANSWER_USAGE, ...some })),
        { maxLength: 20 },
      ),
      (answers) => {
        const each = answers.map((usage) => table.costOf(usage, ['claude-sonnet-5-5']));
        const sum = answers.reduce(
          (all, { input_tokens, output_tokens }) => ({
            ...NO_ANSWER_USAGE,
            input_tokens: all.input_tokens + input_tokens,
            output_tokens: all.output_tokens + output_tokens,
          }),
          NO_ANSWER_USAGE,
        );
        const whole = table.costOf(sum, ['claude-sonnet-5-5']).nanoUsd;
        expect(each.reduce((total, { nanoUsd }) => total + nanoUsd, 0)).toBe(whole);
        expect(Number.isSafeInteger(whole)).toBe(true);
      },
    ),
  );
});
