import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findTool, missingTool } from '../../src/toolchain/index.ts';

/** What `claude -p --output-format json` prints at its end, as far as tests look at it. */
export interface ClaudeResult {
  is_error: boolean;
  result: string;
  api_error_status: number | null;
  terminal_reason: string;
  total_cost_usd: number;
  num_turns: number;
  modelUsage: Record<string, { inputTokens: number; outputTokens: number }>;
}

export interface ClaudeFolder {
  /** Where the CLI works. */
  cwd: string;
  /** A socket path for the model proxy. */
  socketPath: string;
  /** Runs the real CLI with one prompt against the model proxy, with a home and a configuration folder of its own. */
  run(prompt: string, env?: NodeJS.ProcessEnv): Promise<ClaudeResult>;
  remove(): Promise<void>;
}

export async function makeClaudeFolder(): Promise<ClaudeFolder> {
  const claude = findTool('claude');
  if (claude === undefined) throw new Error(missingTool('claude'));
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-claude-'));
  const [cwd, home, configDir] = ['work', 'home', 'config'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [cwd, home, configDir]) await mkdir(folder);
  const socketPath = join(root, 'model.sock');
  return {
    cwd,
    socketPath,
    async run(prompt, env) {
      const args = ['-p', prompt, '--output-format', 'json', '--allowedTools', 'Write', 'Bash', 'Read'];
      const child = spawn(claude, args, {
        cwd,
        // Its model requests go to the socket only where the address is http; with https it would speak TLS there.
        env: {
          PATH: process.env.PATH,
          HOME: home,
          CLAUDE_CONFIG_DIR: configDir,
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          ANTHROPIC_UNIX_SOCKET: socketPath,
          ANTHROPIC_BASE_URL: 'http://model.invalid',
          ANTHROPIC_API_KEY: 'placeholder',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      try {
        return JSON.parse(output) as ClaudeResult;
      } catch {
        throw new Error(`claude did not print a result: ${output}${errors}`);
      }
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
