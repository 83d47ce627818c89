import { readFile } from 'node:fs/promises';
import { type Config, redisAddress } from '../config/index.ts';
import { writeEnvoyFiles } from '../envoy/index.ts';
import { type ExecutionFacts, ROLE_NAMES } from '../serve/index.ts';
import { checkSkills } from '../skills/index.ts';
import type { DemoKey } from './demo-key.ts';
import { envoyChild } from './envoy-child.ts';
import { checkExistingRedis } from './existing-redis.ts';
import type { Installation } from './installation.ts';
import { type JaegerAddresses, ownJaeger, settleJaeger, withJaeger } from './jaeger.ts';
import type { Layout } from './layout.ts';
import { ownRedis } from './own-redis.ts';
import { parentDeathSignal, type TieToParent } from './parent-death.ts';
import { listParts } from './parts.ts';
import { settlePorts } from './ports.ts';
import type { Progress } from './progress.ts';
import type { Ready } from './ready.ts';
import { unixUrl } from './redis-socket.ts';
import { firstUsableRedis } from './redis-version.ts';
import { resolveFiles } from './resolve.ts';
import { writeResolvedConfig } from './resolved-config.ts';
import { roleChild, toolEnvironment } from './role.ts';
import { findTools, type Tools } from './tools.ts';

export interface StartOptions {
  config: Config;
  freePorts: boolean;
  /** The file that Node runs for a `gatehouse` command. */
  mainFile: string;
  env: NodeJS.ProcessEnv;
  places: Layout;
  /** Where the installation's own Redis listens. */
  redisSocketPath: string | undefined;
  installation: Installation;
  progress: Progress;
}

/**
 * Starts everything: Redis, then the roles, then Envoy, whose first health checks then find them.
 * @throws StartError, or ConfigError for skills, that says what is wrong; whatever was started until then is the caller's to end
 */
export async function startInstallation(options: StartOptions): Promise<Ready> {
  const { places, installation, progress, mainFile, env } = options;
  await checkSkills(options.config);
  const tools = findTools(options.config);
  const listen = await settlePorts(options.config.listen, options.freePorts);
  const [tie, resolved] = await Promise.all([
    parentDeathSignal(),
    resolveFiles({ ...options.config, listen }, places, new Date()),
  ]);
  const jaeger = tools.jaeger === undefined ? undefined : await startJaeger(tools.jaeger, tie, options);
  const wanted = jaeger === undefined ? resolved.config : withJaeger(resolved.config, jaeger);
  const config = await startRedis(wanted, tools, tie, options);
  await writeResolvedConfig(places.configFile, config);
  const envoyConfigFile = await writeEnvoyFiles(places.envoyDir, config, resolved.tls);

  const roles = ROLE_NAMES.toReversed();
  const [demoKey, ...said] = await progress.step(`Starting ${roles.join(', ')}`, () =>
    Promise.all([
      makeDemoKey(config, places),
      ...roles.map((role) => installation.start(roleChild({ role, config, places, mainFile, env }))),
    ]),
  );
  const facts: ExecutionFacts = Object.assign({}, ...said);
  await progress.step('Starting Envoy', () =>
    installation.start(
      envoyChild({
        program: tools.envoy,
        config,
        configFile: envoyConfigFile,
        logFile: places.logFile('envoy'),
        env: toolEnvironment(env),
        tie,
      }),
    ),
  );
  const { tokenFile = '' } = config.admin;
  return {
    config,
    demoKey,
    admin: { tokenFile, token: (await readFile(tokenFile, 'utf8')).trim() },
    // Where the worker does not say, the warning is shown.
    model: facts.model ?? 'stand-in',
    sandbox: facts.sandbox ?? 'none',
    caFile: resolved.caFile,
    jaeger: jaeger?.query,
    parts: listParts(config, installation, places, jaeger),
  };
}

/** @returns where it listens */
async function startJaeger(
  program: string,
  tie: TieToParent,
  { places, installation, progress, env, freePorts }: StartOptions,
): Promise<JaegerAddresses> {
  return progress.step('Starting Jaeger', async () => {
    const addresses = await settleJaeger(freePorts);
    const child = await ownJaeger({
      ...{ program, addresses, tie, configFile: places.jaegerFile },
      logFile: places.logFile('jaeger'),
      env: toolEnvironment(env),
    });
    await installation.start(child);
    return addresses;
  });
}

/** @returns the configuration with the address of the Redis that was started or found */
async function startRedis(
  config: Config,
  tools: Tools,
  tie: TieToParent,
  { places, installation, progress, env, redisSocketPath: socketPath }: StartOptions,
): Promise<Config> {
  const { redis: programs } = tools;
  if (programs === undefined || socketPath === undefined) {
    const address = await redisAddress(config);
    const { warnings } = await progress.step('Looking for Redis', () => checkExistingRedis(address));
    for (const warning of warnings) progress.say(`Warning: ${warning}`);
    return config;
  }
  await progress.step('Starting Redis', async () => {
    const program = await firstUsableRedis(programs, places.redisDir);
    await installation.start(
      ownRedis({
        program,
        dir: places.redisDir,
        socketPath,
        logFile: places.logFile('redis'),
        env: toolEnvironment(env),
        tie,
      }),
    );
  });
  return { ...config, redis: { ...config.redis, url: unixUrl(socketPath), passwordFile: undefined } };
}

/** Loaded while the roles start: it brings authz's libraries along. */
async function makeDemoKey(config: Config, places: Layout): Promise<DemoKey> {
  const { replaceDemoKey } = await import('./demo-key.ts');
  return replaceDemoKey(config, places.demoKeyFile);
}
