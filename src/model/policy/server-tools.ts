import type { Config } from '../../config/index.ts';

/**
 * What the provider would do on its own side for whoever asks, where no sandbox holds. `url_sources` has it fetch
 * images and documents, `files` has it read what any job of the same key has uploaded.
 */
export type ServerFeature = Config['model']['serverTools'][number];

/**
 * Tools that Anthropic defines and the client runs: https://docs.claude.com/en/docs/agents-and-tools/tool-use/overview
 * Their types end in a date.
 */
const CLIENT_RUN = /^(custom$|(bash|text_editor|computer|memory)_\d{8}$)/;

const FEATURE_OF_TOOL: readonly (readonly [RegExp, ServerFeature])[] = [
  [/^web_search_\d{8}$/, 'web_search'],
  [/^web_fetch_\d{8}$/, 'web_fetch'],
  [/^code_execution_\d{8}$/, 'code_execution'],
  [/^tool_search_tool_[a-z0-9_]+$/, 'tool_search'],
  [/^mcp_toolset$/, 'mcp'],
  [/^advisor_\d{8}$/, 'advisor'],
];

/** Content that only the client and the model write. */
const OWN_CONTENT = new Set([
  'text',
  'image',
  'document',
  'search_result',
  'tool_use',
  'tool_result',
  'tool_reference',
  'tool_removal',
  'thinking',
  'redacted_thinking',
]);

const FEATURE_OF_CONTENT: readonly (readonly [RegExp, ServerFeature])[] = [
  [/^web_search_tool_result$/, 'web_search'],
  [/^web_fetch_tool_result$/, 'web_fetch'],
  [/^(bash_|text_editor_)?code_execution_tool_result$/, 'code_execution'],
  [/^container_upload$/, 'code_execution'],
  [/^tool_search_tool_result$/, 'tool_search'],
  [/^mcp_tool_(use|result)$/, 'mcp'],
  [/^advisor_tool_result$/, 'advisor'],
  [/^compaction$/, 'compaction'],
];

/**
 * What a plain request is made of: https://docs.claude.com/en/api/messages. Not among them is what changes the price
 * or moves the request to another model, such as `speed`, `service_tier` and `fallbacks`.
 */
const REQUEST_MEMBERS = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'metadata',
  'stop_sequences',
  'stream',
  'temperature',
  'top_k',
  'top_p',
  'tools',
  'tool_choice',
  'thinking',
  'context_management',
  'output_config',
  'output_format',
  'cache_control',
]);

/** Members of a request that are there for one of the features. */
const FEATURE_OF_MEMBER = new Map<string, ServerFeature>([
  ['mcp_servers', 'mcp'],
  ['container', 'code_execution'],
]);

/** What Claude Code 2.1.330 puts into a message. */
const MESSAGE_MEMBERS = new Set(['role', 'content', 'cache_control', 'output_config']);

/** What is asked for beyond plain questions and answers; `unknown` is named as it was written. */
export type Finding = { feature: ServerFeature } | { unknown: string };

/** Finds everything in a request that is not done by the model or by the worker itself. */
export function* findServerSide(body: Readonly<Record<string, unknown>>): Generator<Finding> {
  for (const name of Object.keys(body)) {
    const feature = FEATURE_OF_MEMBER.get(name);
    if (feature !== undefined) yield { feature };
    else if (!REQUEST_MEMBERS.has(name)) yield { unknown: `member ${shown(name)}` };
  }
  for (const tool of list(body.tools)) yield* inTool(tool);
  for (const edit of list(record(body.context_management)?.edits)) yield* inContextEdit(edit);
  yield* inContent(body.system);
  for (const message of list(body.messages)) {
    for (const name of Object.keys(record(message) ?? {})) {
      if (!MESSAGE_MEMBERS.has(name)) yield { unknown: `message member ${shown(name)}` };
    }
    yield* inContent(record(message)?.content);
  }
}

function* inTool(tool: unknown): Generator<Finding> {
  const type = record(tool)?.type;
  if (type === undefined || type === null) return;
  if (typeof type === 'string' && CLIENT_RUN.test(type)) return;
  yield featureOf(FEATURE_OF_TOOL, 'tool', type);
}

function* inContextEdit(edit: unknown): Generator<Finding> {
  const type = record(edit)?.type;
  if (typeof type === 'string' && /^clear_[a-z_]+_\d{8}$/.test(type)) return;
  if (typeof type === 'string' && /^compact_\d{8}$/.test(type)) yield { feature: 'compaction' };
  else yield { unknown: `context edit ${shown(type)}` };
}

function* inContent(content: unknown): Generator<Finding> {
  for (const item of list(content)) {
    const block = record(item);
    const type = block?.type;
    if (block === undefined || typeof type !== 'string') {
      yield { unknown: `content ${shown(type)}` };
    } else if (type === 'tool_addition') {
      yield* inToolAddition(block.tool);
    } else if (type === 'server_tool_use') {
      yield serverToolUse(block.name);
    } else if (OWN_CONTENT.has(type)) {
      yield* inSource(block.source);
      // A tool's result and a document can hold content themselves.
      yield* inContent(block.content);
    } else yield featureOf(FEATURE_OF_CONTENT, 'content', type);
  }
}

/** The CLI offers a tool in the middle of a conversation by `{"type":"tool_addition","tool":{"type":"tool_definition","definition":{…}}}`. */
function* inToolAddition(tool: unknown): Generator<Finding> {
  const { type, definition } = record(tool) ?? {};
  if (type === 'tool_definition') yield* inTool(definition);
  else if (type !== 'tool_reference') yield { unknown: `added tool ${shown(type)}` };
}

function serverToolUse(name: unknown): Finding {
  if (typeof name === 'string') {
    if (name === 'web_search' || name === 'web_fetch' || name === 'advisor') return { feature: name };
    if (/code_execution$/.test(name)) return { feature: 'code_execution' };
    if (name.startsWith('tool_search_tool_')) return { feature: 'tool_search' };
  }
  return { unknown: `server tool ${shown(name)}` };
}

function* inSource(source: unknown): Generator<Finding> {
  const described = record(source);
  if (described === undefined) return;
  const { type } = described;
  if (type === 'url') yield { feature: 'url_sources' };
  else if (type === 'file') yield { feature: 'files' };
  else if (type === 'content') yield* inContent(described.content);
  else if (type !== 'base64' && type !== 'text') yield { unknown: `source ${shown(type)}` };
}

function featureOf(
  table: readonly (readonly [RegExp, ServerFeature])[],
  what: string,
  type: unknown,
): Finding {
  const found = typeof type === 'string' && table.find(([pattern]) => pattern.test(type));
  return found ? { feature: found[1] } : { unknown: `${what} ${shown(type)}` };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** Short, and without anything that could be more than a type's name. */
function shown(type: unknown): string {
  return typeof type === 'string' && /^[\w.-]{1,60}$/.test(type) ? type : 'without a known type';
}
