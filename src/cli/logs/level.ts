import { Command } from 'commander';
import { type Config, LOG_COMPONENTS, LOG_LEVELS, parseDurationMs } from '../../config/index.ts';
import type { LevelTarget, ListedLevel, LogLevelAdministration } from '../../log-levels/index.ts';
import { suggestNearest } from '../../spelling/index.ts';
import { cliActor } from '../actor.ts';
import { type Json, runningConfig } from '../limits/options.ts';
import { type ConfigOptions, withConfigOptions } from '../options.ts';

interface LevelOptions extends ConfigOptions, Json {
  for?: string;
  unset?: true;
}

export function levelCommand(): Command {
  return withConfigOptions(new Command('level'))
    .description('list or set the level of the log while everything runs, in every process at once')
    .argument('[component]', `${Object.keys(LOG_COMPONENTS).join(', ')}, or all`)
    .argument('[level]', LOG_LEVELS.join(', '))
    .option('--for <duration>', 'how long it holds, such as 10m; 1h without it, and 7d at most')
    .option('--unset', 'take away what was set, so that the configuration holds again')
    .option('--json', 'print an array, or the level that was set or taken away')
    .addHelpText(
      'after',
      `
all is for the components that have no level of their own set here. What is to hold for longer belongs into
telemetry.logs of the configuration.

Examples:
  gatehouse logs level                            what is set now, and until when
  gatehouse logs level pool debug --for 10m       everything that the workers do, for ten minutes
  gatehouse logs level pool --unset               as configured again`,
    )
    .action(async (component: string | undefined, level: string | undefined, options: LevelOptions) => {
      const config = runningConfig(options);
      if (component === undefined) return list(config, options);
      const target = oneOf(component, ['all', ...Object.keys(LOG_COMPONENTS)], 'component') as LevelTarget;
      if (options.unset) {
        if (level !== undefined || options.for !== undefined)
          throw new Error('--unset takes a component and neither a level nor --for.');
        return unset(config, target, options);
      }
      if (level === undefined) throw new Error(`expected a level (${LOG_LEVELS.join(', ')}) or --unset.`);
      return set(config, target, oneOf(level, LOG_LEVELS, 'level'), options);
    });
}

async function list(config: Config, options: LevelOptions): Promise<void> {
  const levels = await administer(config, (logLevels) => logLevels.list());
  if (options.json) return console.log(JSON.stringify(levels));
  if (levels.length === 0) return console.error('No level is set: each is as configured in telemetry.logs.');
  for (const each of levels) console.log(line(each));
}

async function set(
  config: Config,
  component: LevelTarget,
  level: ListedLevel['level'],
  options: LevelOptions,
): Promise<void> {
  const { DEFAULT_LEVEL_MS } = await import('../../log-levels/index.ts');
  const forMs = options.for === undefined ? DEFAULT_LEVEL_MS : await readFor(options.for);
  const listed = await administer(config, (logLevels) => logLevels.set(component, level, forMs, cliActor()));
  console.log(options.json ? JSON.stringify(listed) : line(listed));
}

async function unset(config: Config, component: LevelTarget, options: LevelOptions): Promise<void> {
  const removed = await administer(config, (logLevels) => logLevels.unset(component, cliActor()));
  if (options.json) console.log(JSON.stringify(removed ?? null));
  else if (removed) console.log(`${component} logs as configured again.`);
  else console.error(`No level is set for ${component}.`);
  if (removed === undefined) process.exitCode = 1;
}

async function administer<T>(
  config: Config,
  use: (levels: LogLevelAdministration) => Promise<T>,
): Promise<T> {
  const { withLogLevelAdministration } = await import('../../log-levels/index.ts');
  return withLogLevelAdministration(config, use);
}

async function readFor(text: string): Promise<number> {
  const { MAX_LEVEL_MS } = await import('../../log-levels/index.ts');
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms > 0 && ms <= MAX_LEVEL_MS) return ms;
  throw new Error(`--for ${text}: expected a duration such as 10m, and 7d at most.`);
}

function oneOf<Word extends string>(word: string, words: readonly Word[], what: string): Word {
  const found = words.find((each) => each === word);
  if (found !== undefined) return found;
  const meant = suggestNearest(word, words) || '.';
  throw new Error(`there is no ${what} "${word}"${meant} Use ${words.join(', ')}.`);
}

function line({ component, level, expiresAt, setBy }: ListedLevel): string {
  return `${component.padEnd(10)} ${level.padEnd(6)} until ${expiresAt}, set by ${setBy}`;
}
