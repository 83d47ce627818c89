import {
  type Content,
  isToolResult,
  isToolUse,
  type MessageRequest,
  type ToolResult,
  textsOf,
} from './message-request.ts';

/** What the stand-in sees in a request. */
export interface Conversation {
  /** The model that was asked for. */
  model: string;
  /** The user's own text, without what the CLI adds to it. */
  prompt: string;
  /** Tools that were called since that prompt, in order, each with its answer. */
  calls: ToolCall[];
  /** Names of the tools on offer. */
  tools: ReadonlySet<string>;
  /** The CLI's working directory, where it says so. */
  cwd?: string;
}

export interface ToolCall {
  name: string;
  answer: string;
  failed: boolean;
}

/** How the texts begin that the CLI 2.1.330 itself puts beside the user's own. */
const CLI_TEXTS = [
  /^\s*<(system-reminder|local-command-[a-z]+|command-[a-z]+)>/,
  /^Your response (above )?was (cut off|stopped) /,
  /^Output token limit hit\. /,
  /^\[Your previous response /,
  /^\[Request interrupted by user/,
  /^Base directory for this skill: \//,
];

export function readConversation(request: MessageRequest): Conversation {
  const { messages } = request;
  const at = messages.findLastIndex(({ role, content }) => role === 'user' && ownText(content) !== '');
  const since = messages.slice(at + 1).flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const results = new Map(since.filter(isToolResult).map((result) => [result.tool_use_id, result]));
  const cwd = workingDirectory(request);
  return {
    model: request.model,
    prompt: at < 0 ? '' : ownText(messages[at]?.content),
    calls: since.filter(isToolUse).map(({ id, name }) => call(name, results.get(id))),
    tools: new Set(request.tools?.flatMap(({ name }) => name ?? [])),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

function ownText(content: Content | undefined): string {
  return textsOf(content)
    .filter((text) => text.trim() !== '' && !CLI_TEXTS.some((start) => start.test(text)))
    .join('\n');
}

function call(name: string, result: ToolResult | undefined): ToolCall {
  return { name, answer: textsOf(result?.content).join('\n').trim(), failed: result?.is_error === true };
}

/** The CLI tells the model about its surroundings in the system prompt or in a message of role system. */
function workingDirectory(request: MessageRequest): string | undefined {
  const told = [
    ...textsOf(request.system),
    ...request.messages.filter(({ role }) => role === 'system').flatMap(({ content }) => textsOf(content)),
  ];
  for (const text of told) {
    const [, path] = /working directory: (\/.*)$/im.exec(text) ?? [];
    if (path !== undefined) return path.trim();
  }
  return undefined;
}
