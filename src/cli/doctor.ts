import { execFile } from 'node:child_process';
import { Command } from 'commander';
import type { Config } from '../config/index.ts';
import { findTool, missingTool, type Tool } from '../toolchain/index.ts';
import { type ConfigOptions, readInstallationConfig, withConfigOptions } from './options.ts';

/** What doctor found of one part. `limited`: works, with less than it could. */
interface Finding {
  part: string;
  state: 'ok' | 'limited' | 'missing';
  detail: string;
}

export function doctorCommand(): Command {
  return withConfigOptions(new Command('doctor'))
    .description('say what is installed, what is missing and what to do about it')
    .option('--json', 'print an array of {part, state, detail}')
    .action(async (options: ConfigOptions & { json?: true }) => {
      const findings = await examine(readInstallationConfig(options));
      if (options.json) console.log(JSON.stringify(findings));
      else for (const finding of findings) console.log(line(finding));
      if (findings.some(({ state }) => state === 'missing')) process.exitCode = 1;
    });
}

async function examine(config: Config): Promise<Finding[]> {
  return Promise.all([
    { part: 'Node', state: 'ok' as const, detail: `${process.version} at ${process.execPath}` },
    program('Envoy', 'envoy', config.envoy.path),
    redis(config),
    program('Claude Code CLI', 'claude', config.pool.claudePath),
    sandbox(config),
    skills(config),
    model(config),
  ]);
}

async function program(part: string, tool: Tool, configured?: string): Promise<Finding> {
  const path = findTool(tool, configured);
  if (path === undefined) return { part, state: 'missing', detail: missingTool(tool, configured) };
  return { part, state: 'ok', detail: `${await version(path)} at ${path}` };
}

async function redis(config: Config): Promise<Finding> {
  const part = 'Redis';
  const { examineRedis } = await import('../up/index.ts');
  try {
    const found = await examineRedis(config);
    if (found.kind === 'program') {
      return { part, state: 'ok', detail: `${await version(found.path)} at ${found.path}` };
    }
    if (found.warnings.length > 0) return { part, state: 'limited', detail: found.warnings.join(' ') };
    const whose = found.own ? "this installation's own" : 'an existing one';
    return { part, state: 'ok', detail: `${found.version} at ${found.place}, ${whose}` };
  } catch (error) {
    return { part, state: 'missing', detail: messageOf(error) };
  }
}

/** A program that hangs when it is asked for its version is of no use. */
const VERSION_TIMEOUT_MS = 20_000;

function version(path: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: VERSION_TIMEOUT_MS }, (_error, stdout) => {
      resolve(/\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'of an unknown version');
    });
  });
}

async function sandbox(config: Config): Promise<Finding> {
  const part = 'Sandbox';
  const { openSandbox } = await import('../pool/index.ts');
  const { silentLogger } = await import('../telemetry/index.ts');
  try {
    const { kind, warning } = await openSandbox(config, silentLogger);
    if (warning === undefined) return { part, state: 'ok', detail: kind };
    return { part, state: 'limited', detail: warning };
  } catch (error) {
    return { part, state: 'missing', detail: messageOf(error) };
  }
}

async function skills(config: Config): Promise<Finding> {
  const part = 'Skills';
  const { checkSkills } = await import('../skills/index.ts');
  try {
    const names = await checkSkills(config);
    return { part, state: 'ok', detail: names.join(', ') || 'none' };
  } catch (error) {
    return { part, state: 'missing', detail: messageOf(error) };
  }
}

async function model(config: Config): Promise<Finding> {
  const part = 'Model';
  const { openProvider } = await import('../model/index.ts');
  const { silentLogger } = await import('../telemetry/index.ts');
  try {
    const provider = await openProvider(config, process.env, silentLogger);
    await provider.close();
    if (provider.name === 'anthropic')
      return { part, state: 'ok', detail: `the provider at ${provider.address}` };
    const detail =
      'the stand-in model answers instead of Claude: set ANTHROPIC_API_KEY or model.apiKeyFile for the real one.';
    return { part, state: 'limited', detail };
  } catch (error) {
    return { part, state: 'missing', detail: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function line({ part, state, detail }: Finding): string {
  return `${state.padEnd(8)} ${part.padEnd(16)} ${detail}`;
}
