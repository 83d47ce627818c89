import type { Config } from '../../config/index.ts';
import { longestMatch } from '../model-pattern.ts';
import type { AnswerUsage } from '../usage.ts';
import { LIST_PRICES } from './list-prices.ts';
import type { ModelPrice } from './model-price.ts';

/** What an answer cost. */
export interface Cost {
  /** Billionths of a US dollar: whole numbers even for one cached token, so that sums are exact. */
  nanoUsd: number;
  /** False where the model has no price and the configuration's price for such was taken. */
  known: boolean;
}

export interface PriceTable {
  /** @param models names of the model, the most telling first: the first with a price counts */
  costOf(usage: AnswerUsage, models: readonly string[]): Cost;
}

const NANO_USD = 1e9;
/** Dollars for a million tokens are thousands of nano-dollars for one. */
const NANO_USD_PER_TOKEN = NANO_USD / 1e6;

/** @param prices from config.model; they go over the list prices */
export function createPriceTable(prices: Config['model']['prices']): PriceTable {
  const table = new Map(Object.entries({ ...LIST_PRICES, ...prices.models }));
  return {
    costOf(usage, models) {
      const price = models
        .map((model) => longestMatch(table, model))
        .find((candidate) => candidate !== undefined);
      return {
        nanoUsd: nanoUsd(usage, price ?? prices.unknown, prices.webSearch),
        known: price !== undefined,
      };
    },
  };
}

function nanoUsd(usage: AnswerUsage, price: ModelPrice | null, webSearch: number): number {
  if (price === null) return 0;
  const cached = usage.cache_read_input_tokens + usage.cache_creation_input_tokens;
  const isLong = price.long !== undefined && usage.input_tokens + cached > price.long.aboveInputTokens;
  const rates = isLong && price.long ? price.long : price;
  const hourly = Math.min(usage.cache_creation_1h_input_tokens, usage.cache_creation_input_tokens);
  const tokens =
    usage.input_tokens * rates.input +
    usage.output_tokens * rates.output +
    usage.cache_read_input_tokens * rates.cacheRead +
    (usage.cache_creation_input_tokens - hourly) * rates.cacheWrite +
    hourly * rates.cacheWrite1h;
  return Math.ceil(round(tokens * NANO_USD_PER_TOKEN) + usage.web_search_requests * webSearch * NANO_USD);
}

/** Takes away what binary fractions add: 3 * 0.1 is not 0.3. */
function round(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
