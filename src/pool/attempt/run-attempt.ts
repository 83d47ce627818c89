import type { Config } from '../../config/index.ts';
import type { Attempt, AttemptOutcome, Report } from '../../jobs/index.ts';
import { type Provider, startModelProxy, type TokenUsage } from '../../model/index.ts';
import type { TokenBudget } from '../../ratelimit/index.ts';
import type { LogFields, Logger } from '../../telemetry/index.ts';
import { missingTool } from '../../toolchain/index.ts';
import type { CliBinary } from '../folders/cli-binary.ts';
import { type JobFolder, makeJobFolder } from '../folders/job-folder.ts';
import type { RuntimeFolder } from '../folders/runtime-folder.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Slots } from '../slots.ts';
import { cliArguments } from '../wire/arguments.ts';
import { cliEnvironment } from '../wire/environment.ts';
import { type Conversation, converse } from './converse.ts';
import { attemptOutcome, stoppedOutcome } from './outcome.ts';
import { ProgressReporter } from './progress-reporter.ts';
import type { StopSignal } from './stop-signal.ts';

/** What attempts share. */
export interface AttemptSurroundings {
  config: Config;
  logger: Logger;
  provider: Provider;
  sandbox: Sandbox;
  cli: CliBinary;
  /** Holds the attempts' own folders. */
  runtimeFolder: RuntimeFolder;
  /** Charges tenants for the tokens that their jobs use. */
  budget: TokenBudget;
  /** Bounds how many workers start at once. */
  starts: Slots;
}

/**
 * Runs one attempt in a worker that is started for it and gone after it, with every file it made.
 * @param slot place in the pool; nothing else runs in it
 * @throws what a report was refused with, and failures of this host such as a full disk
 */
export async function runAttempt(
  surroundings: AttemptSurroundings,
  slot: number,
  attempt: Attempt,
  report: Report,
  stop: StopSignal,
): Promise<AttemptOutcome> {
  const { config, logger, cli, sandbox, runtimeFolder } = surroundings;
  runtimeFolder.ensure();
  const path = await cli.locate();
  if (path === undefined) {
    const message = missingTool('claude', config.pool.claudePath);
    return { kind: 'failed', error: { code: 'cli_missing', message }, retryable: false };
  }
  const folder = await makeJobFolder(runtimeFolder.path, sandbox.identity(slot));
  try {
    return await runIn(folder, path, surroundings, slot, attempt, report, stop);
  } finally {
    // What became of the job does not depend on how it left its folder.
    await folder.remove().catch((err: unknown) => {
      logger.error(
        { err, job_id: attempt.jobId },
        "A job's folder was not removed; the next start will try again",
      );
    });
  }
}

async function runIn(
  folder: JobFolder,
  cli: string,
  { config, logger, provider, sandbox, starts, budget }: AttemptSurroundings,
  slot: number,
  { jobId, attempt, owner, request, timeoutMs }: Attempt,
  report: Report,
  stop: StopSignal,
): Promise<AttemptOutcome> {
  const { requestTimeout, idleTimeout } = config.model;
  const limits = { requestTimeoutMs: requestTimeout.ms, idleTimeoutMs: idleTimeout.ms };
  const model = request.model ?? config.model.name;
  const maxTurns = request.max_turns ?? config.pool.maxTurns;
  const command = sandbox.command({
    slot,
    folder,
    cli,
    args: cliArguments({
      sandboxed: sandbox.kind === 'bubblewrap',
      model,
      maxTurns,
    }),
    environment: (paths) => cliEnvironment(paths, { ...limits, maxOutputTokens: request.max_tokens }),
  });
  const reporter = new ProgressReporter(report, () => stop.stop('canceled'));
  const proxy = await startModelProxy({
    provider,
    socketPath: folder.modelSocket,
    uid: sandbox.identity(slot).uid,
    logger,
    limits,
  });
  const session = proxy.begin({
    jobId,
    attempt,
    ...owner,
    model,
    maxTokens: request.max_tokens,
    permissions: {},
    onUsage: ({ added }) => budget.charge(owner, budgetedTokens(added)),
  });
  const conversation = await converse({ command, request, reporter, starts, stop }).finally(() =>
    proxy.close(),
  );

  if (conversation === undefined) return stoppedOutcome(stop.reason ?? 'canceled', { timeoutMs });

  const usage = session.usage();
  const { result } = conversation;
  if (result !== undefined) reporter.push({ type: 'usage', ...usage, costUsd: result.total_cost_usd });
  await stop.unlessGivenUp(reporter.finish());
  const outcome = attemptOutcome(
    {
      ...conversation,
      usage,
      model: provider.name === 'stand-in' ? provider.name : conversation.model,
      providerFailure: session.lastError(),
      stopped: stop.reason,
    },
    { timeoutMs, maxTurns },
  );
  logFailure(logger, { job_id: jobId, attempt }, outcome, conversation);
  return outcome;
}

/** What counts against the tenant's budget: all that the model reads anew or writes. Reading from its cache is nearly free. */
function budgetedTokens(usage: TokenUsage): number {
  return usage.input_tokens + usage.cache_creation_input_tokens + usage.output_tokens;
}

/** What the programs before the CLI complain about is for operators; what the CLI writes may quote a job. */
function logFailure(
  logger: Logger,
  fields: LogFields,
  outcome: AttemptOutcome,
  { end, stderr }: Conversation,
): void {
  if (outcome.kind === 'completed') return;
  const { code } = outcome.error;
  const reason = end.kind === 'not_started' ? end.code : stderr;
  if (code === 'sandbox_failed')
    logger.error({ ...fields, code, reason }, 'the sandbox could not be started');
  else if (stderr !== '') logger.debug({ ...fields, code, reason }, 'the worker wrote to stderr');
}
