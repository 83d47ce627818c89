import type { JobRequest } from '../../jobs/index.ts';

/**
 * The lines that start a run.
 * The system prompt goes here and not on the command line, where every local user could read it.
 */
export function startLines(request: JobRequest): string {
  const appendSystemPrompt = systemPrompt(request);
  const initialize = {
    type: 'control_request',
    request_id: 'initialize',
    request: { subtype: 'initialize', ...(appendSystemPrompt === undefined ? {} : { appendSystemPrompt }) },
  };
  const user = {
    type: 'user',
    // Says that a program wrote this: a prompt that starts with / is no command, and @file is no file to read.
    client_composed: true,
    message: { role: 'user', content: request.prompt },
    parent_tool_use_id: null,
    session_id: '',
  };
  return line(initialize) + line(user);
}

/** Ends the current turn; the CLI answers with its result and what was used until then. */
export function interruptLine(): string {
  return line({ type: 'control_request', request_id: 'interrupt', request: { subtype: 'interrupt' } });
}

/** What the request adds to the CLI's own system prompt; undefined for nothing. */
function systemPrompt({ system, context }: JobRequest): string | undefined {
  const parts = [
    ...(system === undefined ? [] : [system]),
    ...(context === undefined || Object.keys(context).length === 0
      ? []
      : [`Context of this request, as its sender gave it:\n${JSON.stringify(context, undefined, 2)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('\n\n');
}

function line(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}
