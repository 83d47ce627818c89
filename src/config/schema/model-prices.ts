import { z } from 'zod';

/** US dollars for a million tokens, as the provider's price lists say it. */
const usdPerMillion = () => z.number().min(0).max(100_000);

const priceSchema = z.strictObject({
  input: usdPerMillion().describe('US dollars for a million input tokens'),
  output: usdPerMillion().describe('US dollars for a million output tokens'),
  cacheRead: usdPerMillion().describe('US dollars for a million input tokens read from the cache'),
  cacheWrite: usdPerMillion().describe(
    'US dollars for a million input tokens kept in the cache for 5 minutes',
  ),
  cacheWrite1h: usdPerMillion().describe(
    'US dollars for a million input tokens kept in the cache for an hour',
  ),
});

const longPriceSchema = priceSchema.extend({
  aboveInputTokens: z
    .int()
    .min(1)
    .describe('a request with more input tokens, cached ones too, is charged at these prices as a whole'),
});

/** A model's name, or the beginning of some with `*` at its end. */
export const modelPattern = () =>
  z.string().regex(/^[^\s*]+\*?$|^\*$/, "expected a model's name, or how some begin with * at its end");

/** Mythos 5 and Fable 5, the dearest of the list, so that what is not known is not taken for cheap. */
const UNKNOWN = { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5, cacheWrite1h: 20 };

export const modelPricesSchema = z
  .strictObject({
    models: z
      .record(modelPattern(), priceSchema.extend({ long: longPriceSchema.optional() }))
      .default({})
      .describe(
        "prices by model, or by how models' names begin with `*` at the end; they go over those that ship (docs/model-proxy.md)",
      ),
    unknown: priceSchema
      .nullable()
      .prefault(UNKNOWN)
      .describe('price of a model without one; `null` counts nothing for it'),
    webSearch: z
      .number()
      .min(0)
      .max(1_000)
      .default(0.01)
      .describe('US dollars for one web search that the provider runs'),
  })
  .prefault({});
