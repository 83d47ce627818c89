import type { Opening } from './opening.ts';

/** What a running CLI takes at any time, and keeps for all turns that follow. */
export interface TurnSettings {
  model: string;
  /** Most output tokens of one model answer; undefined for the model's own limit. */
  maxOutputTokens: number | undefined;
}

/**
 * Opens a process.
 * The system prompt goes here and not on the command line, where every local user could read it.
 */
export function openingLine(opening: Opening): string {
  return control('initialize', {
    subtype: 'initialize',
    // A conversation that is continued otherwise keeps the system prompt of its first job.
    systemPromptSnapshot: false,
    ...opening,
  });
}

/**
 * Sets what a turn is to run with. It takes 10 ms of the CLI, so only where something changes. `set_model` would have
 * the CLI ask the model for a token first; settings do not.
 */
export function settingsLine({ model, maxOutputTokens }: TurnSettings): string {
  // A variable stays set until it is set again; an empty one means the model's own limit.
  const env = { CLAUDE_CODE_MAX_OUTPUT_TOKENS: maxOutputTokens === undefined ? '' : String(maxOutputTokens) };
  return control('settings', { subtype: 'apply_flag_settings', settings: { model, env } });
}

/** Starts a turn. */
export function promptLine(prompt: string): string {
  // Says that a program wrote this: a prompt that starts with / is no command, and @file is no file to read.
  return line({ type: 'user', client_composed: true, ...userMessage(prompt) });
}

/**
 * Has the CLI forget the conversation and begin a new session. It says so with a `conversation_reset` that names this
 * message (2.1.330), and answers with a result.
 */
export function clearLine(uuid: string): string {
  return line({ type: 'user', uuid, ...userMessage('/clear') });
}

/** Ends the current turn; the CLI answers with its result and what was used until then. */
export function interruptLine(): string {
  return control('interrupt', { subtype: 'interrupt' });
}

/** Asks for an answer that nothing but the CLI's reading of this line can bring about. */
export function pingLine(id: string): string {
  return control(id, { subtype: 'get_binary_version' });
}

function userMessage(content: string) {
  return { message: { role: 'user', content }, parent_tool_use_id: null, session_id: '' };
}

function control(request_id: string, request: object): string {
  return line({ type: 'control_request', request_id, request });
}

function line(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}
