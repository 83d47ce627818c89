import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Config, loadConfig, type PortedSettings } from '../config/index.ts';
import { ROOT } from '../toolchain/index.ts';

const SHIPPED = join(ROOT, 'config/gatehouse.yaml');

/** What every command that reads the configuration accepts. */
export interface ConfigOptions {
  config?: string;
  dataDir: string;
  set: string[];
}

/** Adds --config, --data-dir and --set to a command. */
export function withConfigOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration to read (see docs/configuration.md)')
    .option('--data-dir <folder>', 'where the installation keeps its state', join(ROOT, '.gatehouse'))
    .option(
      '--set <a.b.c=value>',
      'put a value over the configuration; repeatable; also by environment as GATEHOUSE_A__B__C',
      (value: string, all: string[]) => [...all, value],
      [],
    );
}

/** The configuration that a user wrote: --config, else the one that ships. */
export function readUserConfig(options: ConfigOptions): Config {
  return load(options, options.config ?? SHIPPED);
}

/**
 * The configuration of the installation that runs in --data-dir, else what readUserConfig gives.
 * @param ported settings of a program that this one takes the place of
 */
export function readInstallationConfig(options: ConfigOptions, ported?: PortedSettings): Config {
  const running = join(options.dataDir, 'run/gatehouse.yaml');
  return options.config === undefined && existsSync(running)
    ? load(options, running, ported)
    : load(options, options.config ?? SHIPPED, ported);
}

/**
 * As readInstallationConfig, for commands that need the installation itself: its Redis and its keys.
 * @throws an Error for people where none runs and no configuration was named
 */
export function readRunningConfig(options: ConfigOptions): Config {
  const config = readInstallationConfig(options);
  if (options.config !== undefined || config.redis.url !== undefined) return config;
  const dataDir = resolve(options.dataDir);
  throw new Error(
    `no installation runs in ${dataDir}: start one with 'gatehouse up --data-dir ${dataDir}', or name a configuration with --config.`,
  );
}

function load(options: ConfigOptions, file: string, ported?: PortedSettings): Config {
  return loadConfig({
    file: resolve(file),
    set: options.set,
    env: process.env,
    ported,
    dataDir: options.dataDir,
    cwd: process.cwd(),
  });
}
