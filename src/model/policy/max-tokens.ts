type Members = Readonly<Record<string, unknown>>;

/** The least that the provider takes as a budget for thinking: https://docs.claude.com/en/docs/build-with-claude/extended-thinking */
const MIN_THINKING_TOKENS = 1024;

/**
 * Bounds the output of a request. A budget for thinking has to be below it: it shrinks too, and where there is no room
 * for one the model does not think.
 */
export function clampMaxTokens(body: Members, maxTokens: number): Members {
  const clamped = { ...body, max_tokens: maxTokens };
  const thinking = body.thinking as { type?: unknown; budget_tokens?: unknown } | null | undefined;
  if (typeof thinking?.budget_tokens !== 'number' || thinking.budget_tokens < maxTokens) return clamped;
  if (maxTokens > MIN_THINKING_TOKENS) {
    return { ...clamped, thinking: { ...thinking, budget_tokens: maxTokens - 1 } };
  }
  return { ...withoutThinkingEdits(clamped), thinking: { type: 'disabled' } };
}

/** The provider refuses to clear thoughts where there are none. */
function withoutThinkingEdits(body: Members): Members {
  const management = body.context_management as { edits?: unknown } | null | undefined;
  if (!Array.isArray(management?.edits)) return body;
  const edits = management.edits.filter(
    (edit: { type?: unknown } | null) => !String(edit?.type).startsWith('clear_thinking_'),
  );
  return { ...body, context_management: { ...management, edits } };
}
