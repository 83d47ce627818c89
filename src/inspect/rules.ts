export interface Rule {
  name: string;
  /** Must match in linear time: no repetition whose text another repetition beside it can match as well. */
  pattern: RegExp;
}

/** Phrases that address the model over the head of its operator, and tokens that pretend to end the user's turn. */
export const RULES: readonly Rule[] = [
  { name: 'ignore-instructions', pattern: /ignore\s+(?:(?:all|previous|above)\s+)?instructions/i },
  { name: 'disregard-instructions', pattern: /disregard\s+(?:(?:all|previous|above)\s+)?instructions/i },
  { name: 'system-prompt-label', pattern: /system\s+prompt:/i },
  { name: 'im-start-token', pattern: /<\|im_start\|>/i },
  { name: 'inst-token', pattern: /\[INST\]/i },
];
