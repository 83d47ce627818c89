import { z } from 'zod';

const text = z.looseObject({ type: z.literal('text'), text: z.string() });
const toolUse = z.looseObject({ type: z.literal('tool_use'), id: z.string(), name: z.string() });
const toolResult = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  is_error: z.boolean().nullish(),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
});
const other = z.looseObject({ type: z.string() });

const content = z.union([z.string(), z.array(z.union([text, toolUse, toolResult, other]))]);

/** What the stand-in reads of a request to the Messages API: https://docs.claude.com/en/api/messages */
export const messageRequestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content })).min(1),
  system: content.optional(),
  tools: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  stream: z.boolean().optional(),
});

export type MessageRequest = z.infer<typeof messageRequestSchema>;
export type Content = z.infer<typeof content>;
export type ToolUse = z.infer<typeof toolUse>;
export type ToolResult = z.infer<typeof toolResult>;

export function isToolUse(block: { type: string }): block is ToolUse {
  return toolUse.safeParse(block).success;
}

export function isToolResult(block: { type: string }): block is ToolResult {
  return toolResult.safeParse(block).success;
}

/** The text of a content, one string a block. */
export function textsOf(content: Content | ToolResult['content'] | undefined): string[] {
  if (content === undefined) return [];
  if (typeof content === 'string') return [content];
  return content.flatMap((block) => ('text' in block && typeof block.text === 'string' ? [block.text] : []));
}
