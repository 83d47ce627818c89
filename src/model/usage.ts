/** Tokens, under the names of the Messages API. */
export interface TokenUsage {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
}

/** What one answer used: all that its price depends on. */
export interface AnswerUsage extends TokenUsage {
  /** Of cache_creation_input_tokens, those that are kept for an hour. */
  cache_creation_1h_input_tokens: number;
  /** Searches that the provider ran. */
  web_search_requests: number;
}

export const NO_USAGE: TokenUsage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
};

export const NO_ANSWER_USAGE: AnswerUsage = {
  ...NO_USAGE,
  cache_creation_1h_input_tokens: 0,
  web_search_requests: 0,
};

export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
    cache_read_input_tokens: a.cache_read_input_tokens + b.cache_read_input_tokens,
    cache_creation_input_tokens: a.cache_creation_input_tokens + b.cache_creation_input_tokens,
  };
}
