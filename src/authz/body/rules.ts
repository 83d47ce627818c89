import type { Config } from '../../config/index.ts';
import type { BodyRules } from './examine.ts';

/** What the configuration asks of bodies. */
export function bodyRules({ inspection }: Pick<Config, 'inspection'>): BodyRules {
  const { maxPromptCharacters, contentEncodings, maxInflated, maxInflateRatio } = inspection;
  return {
    maxPromptCharacters,
    contentEncodings,
    inflation: { maxBytes: maxInflated.bytes, maxRatio: maxInflateRatio },
  };
}
