import type { Config } from '../../config/index.ts';
import type { Attempt, AttemptOutcome, Report } from '../../jobs/index.ts';
import type { Provider, TokenUsage } from '../../model/index.ts';
import type { TokenBudget } from '../../ratelimit/index.ts';
import type { LogFields, Logger } from '../../telemetry/index.ts';
import { missingTool } from '../../toolchain/index.ts';
import { openingLine, turnLines } from '../wire/input.ts';
import { openingOf } from '../wire/opening.ts';
import type { Fleet, Lease } from '../workers/fleet.ts';
import type { Worker } from '../workers/worker.ts';
import { type Conversation, converse } from './converse.ts';
import { attemptOutcome, stoppedOutcome } from './outcome.ts';
import { ProgressReporter } from './progress-reporter.ts';
import type { StopSignal } from './stop-signal.ts';

/** What attempts share. */
export interface AttemptSurroundings {
  config: Config;
  logger: Logger;
  provider: Provider;
  fleet: Fleet;
  /** Charges tenants for the tokens that their jobs use. */
  budget: TokenBudget;
}

/** An attempt that is over. */
export interface EndedAttempt {
  outcome: AttemptOutcome;
  /** Resolves when its worker is ready for the next job. Nothing of the attempt runs any more before that. */
  settled: Promise<void>;
}

const SETTLED = Promise.resolve();

/**
 * Runs one attempt in a worker of its own: one that waits, or one that is started for it.
 * @throws what a report was refused with, and failures of this host such as a full disk
 */
export async function runAttempt(
  surroundings: AttemptSurroundings,
  attempt: Attempt,
  report: Report,
  stop: StopSignal,
): Promise<EndedAttempt> {
  const { config, fleet } = surroundings;
  const { owner, request } = attempt;
  const opening = openingOf(request);
  const maxTurns = request.max_turns ?? config.pool.maxTurns;
  const lease = await fleet.take({ owner, maxTurns, opening }, stop.signal);
  if (lease === undefined) {
    return { outcome: stoppedOutcome(stop.reason ?? 'canceled', attempt), settled: SETTLED };
  }
  if (lease === 'cli_missing') {
    const message = missingTool('claude', config.pool.claudePath);
    return {
      outcome: { kind: 'failed', error: { code: 'cli_missing', message }, retryable: false },
      settled: SETTLED,
    };
  }
  const { worker } = lease;
  worker.served = { tenant: owner.tenant, client: owner.client };
  worker.jobs += 1;
  let reusable = false;
  try {
    const outcome = await runIn(lease, surroundings, attempt, report, stop);
    reusable = await fleet.inspect(worker, outcome.kind === 'completed' ? 'well' : 'badly');
    return { outcome, settled: reusable ? fleet.giveBack(worker) : SETTLED };
  } finally {
    if (!reusable) await fleet.dispose(worker);
  }
}

async function runIn(
  { worker, started }: Lease,
  { config, logger, provider, budget }: AttemptSurroundings,
  { jobId, attempt, owner, permissions, request, timeoutMs }: Attempt,
  report: Report,
  stop: StopSignal,
): Promise<AttemptOutcome> {
  const model = request.model ?? config.model.name;
  const session = worker.beginSession({
    jobId,
    attempt,
    ...owner,
    model,
    maxTokens: request.max_tokens,
    permissions,
    onUsage({ added, total, costUsd }) {
      budget.charge(owner, budgetedTokens(added));
      reporter.push({ type: 'usage', ...total, costUsd });
    },
  });
  const reporter = new ProgressReporter(report, () => stop.stop('canceled'));
  const turn = { prompt: request.prompt, model, maxOutputTokens: request.max_tokens };
  const conversation = await converse({
    worker,
    lines: openingLines(worker, request) + turnLines(turn),
    reporter,
    stop,
    onSpoke: started,
  }).finally(() => session.end());

  const usage = session.usage();
  await stop.unlessGivenUp(reporter.finish());
  const outcome = attemptOutcome(
    {
      ...conversation,
      usage,
      costUsd: session.costUsd(),
      model: provider.name === 'stand-in' ? provider.name : (session.model() ?? conversation.model),
      providerFailure: session.lastError(),
      stopped: stop.reason,
    },
    { timeoutMs, maxTurns: worker.maxTurns, hasSchema: request.output_schema !== undefined },
  );
  logFailure(logger, { job_id: jobId, attempt }, outcome, conversation);
  return outcome;
}

/** A process is opened once; one that was opened before was opened in the way that this request needs. */
function openingLines(worker: Worker, request: Attempt['request']): string {
  if (worker.opening !== undefined) return '';
  worker.opening = openingOf(request);
  return openingLine(worker.opening);
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
  const reason = end?.kind === 'not_started' ? end.code : stderr;
  if (code === 'sandbox_failed')
    logger.error({ ...fields, code, reason }, 'the sandbox could not be started');
  else if (stderr !== '') logger.debug({ ...fields, code, reason }, 'the worker wrote to stderr');
}
