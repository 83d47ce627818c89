/**
 * The tools a sandboxed worker has. Left out is what makes no sense in one run without network and without
 * anybody to ask: web access, schedules, worktrees, messages to other sessions.
 */
const SANDBOX_TOOLS = ['Bash', 'Edit', 'Glob', 'Grep', 'NotebookEdit', 'Read', 'Task', 'TodoWrite', 'Write'];

/**
 * Plugins that are part of the CLI and that it loads where nobody says otherwise: one looks for instructions in AGENTS.md,
 * of which workers take none, the other helps to write plugins. They listen to all that happens in a turn: without them it
 * takes 8 % less of the CLI's processor time.
 */
const PLUGINS_OFF = ['cc-plugin-agents-md@builtin', 'cc-plugin-plugin-authoring@builtin'];

const SETTINGS = JSON.stringify({
  enabledPlugins: Object.fromEntries(PLUGINS_OFF.map((name) => [name, false])),
});

/**
 * What only the command line takes; it decides which running worker fits a job. All else goes in later (wire/input.ts,
 * wire/opening.ts). Nothing of a prompt is on it: any local user can read command lines.
 */
export interface CliOptions {
  /** Without a sandbox there are no tools. */
  sandboxed: boolean;
  /** Until a turn names another. */
  model: string;
  maxTurns: number;
  /** Whether it writes down what is said, for a conversation that is continued later. It takes a fifth of a turn's time. */
  keepsSession: boolean;
  /** Whether it is given skills, which take a tool to load. */
  hasSkills: boolean;
  /** The session to continue, whose transcript lies in the CLI's configuration folder. */
  resume?: string | undefined;
}

/** The arguments that start Claude Code 2.1.330 headless, with JSON lines on stdin and stdout. */
export function cliArguments(options: CliOptions): string[] {
  const { sandboxed, model, maxTurns, keepsSession, hasSkills, resume } = options;
  return [
    '--print',
    '--input-format=stream-json',
    '--output-format=stream-json',
    '--verbose',
    '--include-partial-messages',
    // A repository's own settings, hooks and MCP servers are not trusted.
    '--setting-sources=user',
    '--strict-mcp-config',
    `--settings=${SETTINGS}`,
    // Without --disable-slash-commands, which would take /clear away: a prompt is no command, as wire/input.ts says.
    `--model=${model}`,
    `--max-turns=${maxTurns}`,
    ...(keepsSession ? [] : ['--no-session-persistence']),
    ...(resume === undefined ? [] : [`--resume=${resume}`]),
    ...(sandboxed
      ? [
          '--permission-mode=bypassPermissions',
          '--tools',
          [...SANDBOX_TOOLS, ...(hasSkills ? ['Skill'] : [])].join(','),
        ]
      : // An empty list takes every tool away; the others would each refuse them as well.
        ['--tools', '', '--restricted', '--permission-mode=dontAsk', '--permission-prompts=none']),
  ];
}
