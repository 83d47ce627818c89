import { z } from 'zod';

/** Names and ids. */
const MAX_NAME_CHARACTERS = 256;
/** A model's longest answer is below 1 MiB. */
const MAX_RESULT_CHARACTERS = 4 * 2 ** 20;

const name = z.string().max(MAX_NAME_CHARACTERS);

/**
 * What the CLI says on stdout, as far as we listen. The CLI changes often and says much more, so everything
 * unknown is let through and only what is used is required.
 */
const initMessage = z.object({
  type: z.literal('system'),
  subtype: z.literal('init'),
  model: name,
});

const contentBlock = z.object({
  type: z.string(),
  text: z.string().optional(),
  name: name.optional(),
  id: name.optional(),
  /** What a tool is called with. */
  input: z.unknown().optional(),
});

const streamEvent = z.object({
  type: z.literal('stream_event'),
  /** Set where a subagent speaks. */
  parent_tool_use_id: z.string().nullish(),
  event: z.object({
    type: z.string(),
    message: z.object({ id: name }).optional(),
    content_block: contentBlock.optional(),
    delta: z.object({ type: z.string().optional(), text: z.string().optional() }).optional(),
  }),
});

const assistantMessage = z.object({
  type: z.literal('assistant'),
  parent_tool_use_id: z.string().nullish(),
  message: z.object({ id: name, content: z.array(contentBlock) }),
  /** Set where the CLI puts an error into words in the model's place. */
  error: z.string().optional(),
});

/** What tools came to; its content may also be a text. */
const userMessage = z.object({
  type: z.literal('user'),
  message: z.object({
    content: z.array(z.object({ tool_use_id: name.optional(), is_error: z.boolean().optional() })).catch([]),
  }),
});

const resultMessage = z.object({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.boolean(),
  /** Absent also where it is longer than an answer may be. */
  result: z.string().max(MAX_RESULT_CHARACTERS).optional().catch(undefined),
  terminal_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  /** What the model answered to a JSON Schema; absent where it ignored it, or where it is longer than an answer may be. */
  structured_output: z
    .unknown()
    .refine((value) => JSON.stringify(value).length <= MAX_RESULT_CHARACTERS)
    .optional()
    .catch(undefined),
  session_id: name.optional(),
});

/** The conversation was forgotten. */
const conversationReset = z.object({
  type: z.literal('conversation_reset'),
  /** The message that had it forgotten. */
  user_message_uuid: name.optional(),
});

const controlResponse = z.object({
  type: z.literal('control_response'),
  response: z.object({ subtype: z.string(), request_id: z.string() }),
});

const cliMessage = z.discriminatedUnion('type', [
  streamEvent,
  assistantMessage,
  userMessage,
  resultMessage,
  initMessage,
  conversationReset,
  controlResponse,
]);

export type CliMessage = z.infer<typeof cliMessage>;
export type ResultMessage = z.infer<typeof resultMessage>;

/** Reads one line. Undefined for what is no JSON, or a message that we have no use for. */
export function parseMessage(line: string): CliMessage | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  return cliMessage.safeParse(json).data;
}
