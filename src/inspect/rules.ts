export interface Rule {
  name: string;
  /** Must match in linear time: no repetition whose text another repetition beside it can match as well. */
  pattern: RegExp;
}

/**
 * Commands that address the model over the head of its operator, and tokens that pretend to end the user's turn: where
 * they stand as one, not in a sentence or a string about them.
 */
export const RULES: readonly Rule[] = [
  {
    name: 'ignore-instructions',
    pattern: /(?:^|[.!?:>\n\0] ?)(?:please )?ignore\s+(?:(?:all|previous|above)\s+)?instructions/i,
  },
  {
    name: 'disregard-instructions',
    pattern: /(?:^|[.!?:>\n\0] ?)(?:please )?disregard\s+(?:(?:all|previous|above)\s+)?instructions/i,
  },
  { name: 'system-prompt-label', pattern: /^[ \t]*system[ \t]prompt:/im },
  { name: 'im-start-token', pattern: /^[ \t]*<\|im_start\|>/im },
  { name: 'inst-token', pattern: /^[ \t]*\[INST\]/im },
];
