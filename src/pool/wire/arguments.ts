/**
 * The tools a sandboxed worker has. Left out is what makes no sense in one run without network and without
 * anybody to ask: web access, schedules, worktrees, messages to other sessions.
 */
const SANDBOX_TOOLS = ['Bash', 'Edit', 'Glob', 'Grep', 'NotebookEdit', 'Read', 'Task', 'TodoWrite', 'Write'];

/** What decides the CLI's command line. Nothing of a prompt is on it: any local user can read command lines. */
export interface CliOptions {
  /** Without a sandbox there are no tools. */
  sandboxed: boolean;
  model: string;
  maxTurns: number;
}

/** The arguments that start Claude Code 2.1.330 headless, with JSON lines on stdin and stdout. */
export function cliArguments({ sandboxed, model, maxTurns }: CliOptions): string[] {
  return [
    '--print',
    '--input-format=stream-json',
    '--output-format=stream-json',
    '--verbose',
    '--include-partial-messages',
    // A repository's own settings, hooks and MCP servers are not trusted.
    '--setting-sources=user',
    '--strict-mcp-config',
    '--disable-slash-commands',
    '--no-session-persistence',
    `--model=${model}`,
    `--max-turns=${maxTurns}`,
    ...(sandboxed
      ? ['--permission-mode=bypassPermissions', '--tools', SANDBOX_TOOLS.join(',')]
      : // An empty list takes every tool away; the others would each refuse them as well.
        ['--tools', '', '--restricted', '--permission-mode=dontAsk', '--permission-prompts=none']),
  ];
}
