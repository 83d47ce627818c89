import type { Config } from '../../config/index.ts';
import type { Canary } from '../../inspect/index.ts';
import type { Attempt, AttemptOutcome, Report } from '../../jobs/index.ts';
import type { Provider, TokenUsage } from '../../model/index.ts';
import type { TokenBudget } from '../../ratelimit/index.ts';
import type { Logger, Span, TraceContext, Tracer } from '../../telemetry/index.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import type { Opening } from '../wire/opening.ts';
import type { Lease } from '../workers/lease.ts';
import { turnLines } from '../workers/turn.ts';
import { type Conversation, converse } from './converse.ts';
import { attemptOutcome } from './outcome.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { guardAgainstLeaks } from './prompt-leak.ts';
import type { StopSignal } from './stop-signal.ts';
import { ToolSpans } from './tool-spans.ts';

/** What turns share. */
export interface TurnSurroundings {
  config: Config;
  logger: Logger;
  tracer: Tracer;
  provider: Provider;
  /** Charges tenants for the tokens that their jobs use. */
  budget: TokenBudget;
  /** Called where a model wrote the marker of its system prompt. */
  onPromptLeak(): void;
}

/** What is of one run alone. */
export interface Run {
  report: Report;
  stop: StopSignal;
  canary: Canary | undefined;
  opening: Opening;
  /** The attempt's span. */
  parent: TraceContext | undefined;
  /** The worker's start, until it speaks. */
  starting: Span;
}

/** Has a worker do what an attempt's request asks for. */
export async function runTurn(
  { worker, started }: Lease,
  { config, logger, tracer, provider, budget, onPromptLeak }: TurnSurroundings,
  { jobId, attempt, requestId, traceparent, owner, permissions, request, timeoutMs }: Attempt,
  { report, stop, canary, opening, parent, starting }: Run,
): Promise<{ outcome: AttemptOutcome; sessionId: string | undefined }> {
  const model = request.model ?? config.model.name;
  const session = worker.beginSession({
    jobId,
    attempt,
    requestId,
    traceparent,
    ...owner,
    model,
    maxTokens: request.max_tokens,
    permissions,
    startSpan: (name, how) => tracer.start(name, parent, how),
    onUsage({ added, total, ...rest }) {
      budget.charge(owner, budgetedTokens(added));
      reporter.push({ type: 'usage', ...total, ...rest });
    },
  });
  const guard =
    canary &&
    guardAgainstLeaks(canary, report, () => {
      onPromptLeak();
      logger.warn({ code: 'prompt_leak' }, 'the model wrote the marker of its system prompt');
    });
  const reporter = new ProgressReporter(guard?.report ?? report, config.pool.limits.output.bytes, () =>
    stop.stop('canceled'),
  );
  const turn = {
    opening,
    settings: { model, maxOutputTokens: request.max_tokens },
    prompt: request.prompt,
  };
  const supervisor = new Supervisor(worker, config.pool.limits, stop);
  const tools = new ToolSpans(tracer, parent);
  const conversation = await converse({
    worker,
    lines: turnLines(worker, turn),
    reporter,
    saw(message) {
      supervisor.saw(message);
      tools.saw(message);
    },
    stop,
    onSpoke() {
      starting.end();
      started();
    },
  }).finally(() => {
    starting.end({ error: 'not_started' });
    supervisor.dispose();
    tools.dispose();
    return session.end();
  });

  const usage = session.usage();
  await stop.unlessGivenUp(reporter.finish());
  const outcome = attemptOutcome(
    {
      ...conversation,
      usage,
      costUsd: session.costUsd(),
      stopReason: session.stopReason(),
      model: provider.name === 'stand-in' ? provider.name : (session.model() ?? conversation.model),
      providerFailure: session.lastError(),
      stopped: stop.reason,
    },
    { timeoutMs, maxTurns: worker.maxTurns, hasSchema: request.output_schema !== undefined },
  );
  if (guard !== undefined && outcome.kind === 'completed') {
    await stop.unlessGivenUp(guard.inspect([outcome.text, outcome.structured]));
  }
  logFailure(logger, outcome, conversation);
  return { outcome, sessionId: conversation.result?.session_id };
}

/** What counts against the tenant's budget: all that the model reads anew or writes. Reading from its cache is nearly free. */
function budgetedTokens(usage: TokenUsage): number {
  return usage.input_tokens + usage.cache_creation_input_tokens + usage.output_tokens;
}

/** What the programs before the CLI complain about is for operators; what the CLI writes may quote a job, and is counted. */
function logFailure(logger: Logger, outcome: AttemptOutcome, { end, stderr }: Conversation): void {
  if (outcome.kind === 'completed') return;
  const { code } = outcome.error;
  if (code === 'sandbox_failed') {
    const reason = end?.kind === 'not_started' ? end.code : stderr;
    logger.error({ code, reason }, 'the sandbox could not be started');
  } else if (stderr !== '')
    logger.debug({ code, count: stderr.length }, 'the worker wrote so much to stderr');
}
