import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogFields, Logger } from '../../telemetry/index.ts';
import { budgetMessage } from '../budget/budget.ts';
import type { CheckedRequest, Refusal } from '../policy/check-request.ts';
import { isNamed } from '../policy/model-names.ts';
import type { Provider } from '../provider/open.ts';
import { NOT_TO_BE_REPEATED, sendApiError, sendFailure } from './api-error.ts';
import { endChat, startChat } from './chat-span.ts';
import { startDeadlines } from './deadlines.ts';
import { type Forwarded, forward } from './forward.ts';
import type { ProxyLimits } from './limits.ts';
import { readRequestBody } from './request-body.ts';
import { type Route, routeOf } from './routes.ts';
import type { RunningSession } from './session.ts';

/** Answers one request of the attempt that runs. */
export async function serveRequest(
  session: RunningSession,
  request: IncomingMessage,
  response: ServerResponse,
  { provider, limits, logger }: { provider: Provider; limits: ProxyLimits; logger: Logger },
): Promise<void> {
  const { metrics } = provider;
  const route = routeOf(request.method, request.url);
  if (route === undefined) {
    metrics.refusal('not_found');
    return sendApiError(response, 404, 'not_found_error', 'The model proxy serves the Messages API only.');
  }
  if (session.runningRequests > limits.maxConcurrent) {
    metrics.refusal('too_many');
    const message = `More than ${limits.maxConcurrent} model requests at once.`;
    return sendApiError(response, 429, 'rate_limit_error', message, { 'retry-after': '1' });
  }
  const body = await readRequestBody(request, provider.maxRequestBytes, provider.bodies);
  switch (body.kind) {
    case 'gone':
      return void response.destroy();
    case 'too_large': {
      metrics.refusal('too_large');
      const message = `The model request is larger than ${provider.maxRequestBytes} bytes.`;
      session.conclude({ kind: 'refused', type: 'request_too_large', message }, 'asked');
      return sendApiError(response, 413, 'request_too_large', message, NOT_TO_BE_REPEATED);
    }
    case 'no_room': {
      metrics.refusal('no_room');
      const message = 'Other model requests hold all the memory that there is for them.';
      session.conclude({ kind: 'overloaded', type: 'overloaded_error', message }, 'asked');
      return sendApiError(response, 529, 'overloaded_error', message, { 'retry-after': '1' });
    }
    case 'read': {
      const held = body.bytes.byteLength;
      try {
        return await serveBody(route, body.bytes);
      } finally {
        provider.bodies.give(held);
      }
    }
  }

  function refuse({ reason, status, type, message }: Refusal): void {
    metrics.refusal(reason);
    const kind = reason === 'model_not_allowed' || reason === 'budget_exceeded' ? reason : 'refused';
    session.conclude({ kind, type, message }, 'asked');
    logger.warn({ code: 'model_request_refused', reason }, 'A model request was refused');
    sendApiError(response, status, type, message, NOT_TO_BE_REPEATED);
  }

  async function serveBody(route: Route, bytes: Uint8Array): Promise<void> {
    const checked = await provider.checker.check(bytes, route, session.context);
    if (checked.kind === 'refused') return refuse(checked.refusal);
    const budget = route === 'messages' ? await provider.budget.stateOf(session.context) : undefined;
    if (budget?.kind === 'exceeded') {
      const message = budgetMessage(budget);
      return refuse({ reason: 'budget_exceeded', status: 403, type: 'permission_error', message });
    }
    if (budget?.kind === 'unknown') {
      metrics.refusal('budget_unknown');
      const message = 'What this tenant has spent cannot be looked up now.';
      const failure = { kind: 'error', type: 'api_error', message, retryAfterMs: 1_000 } as const;
      session.conclude(failure, 'asked');
      return sendFailure(response, failure);
    }
    const span =
      route === 'messages' ? startChat(session.context, checked.request, request.headers) : undefined;
    const startedMs = performance.now();
    const deadlines = startDeadlines(response, session.ended, limits.requestTimeoutMs);
    const { tenant } = session.context;
    const forwarded = await forward(
      { request, response, route, tenant, logger },
      checked.request,
      provider,
      limits,
      deadlines,
    ).finally(() => deadlines.dispose());
    if (span !== undefined) endChat(span, forwarded);
    if (forwarded.outcome === 'worker_gone') response.destroy();
    else if (!response.headersSent && forwarded.failure) sendFailure(response, forwarded.failure);
    if (route === 'messages') account(session, provider, forwarded, checked.request);
    if (forwarded.provider !== undefined) metrics.request(forwarded.provider, forwarded.outcome);
    log(logger, forwarded, {
      model: checked.request.model,
      duration_ms: Math.round(performance.now() - startedMs),
    });
  }
}

/** Takes down what an answer used, and how the request went. */
function account(
  session: RunningSession,
  { prices, metrics, budget }: Provider,
  { answer, outcome, failure, provider }: Forwarded,
  { askedModel, model }: CheckedRequest,
): void {
  const isOwn = isNamed(session.context.model, askedModel);
  if (answer !== undefined && answer.status < 400) {
    const { usage, stopReason, unread } = answer.reading;
    const cost = prices.costOf(usage, [answer.model, model, askedModel]);
    if (!cost.known) metrics.unpriced(model);
    if (unread !== undefined) metrics.uncounted(unread);
    budget.charge(session.context, cost.nanoUsd);
    metrics.spent({ model, tier: session.context.tier }, usage, cost.nanoUsd);
    session.spend({
      usage,
      nanoUsd: cost.nanoUsd,
      model,
      isOwn,
      stopReason,
      providerRequestId: answer.providerRequestId,
    });
  }
  // A request that the worker gave up says nothing about the provider; how a helper fared says nothing about the job.
  if (isOwn && outcome !== 'worker_gone')
    session.conclude(failure, provider === undefined ? 'not_asked' : 'asked');
}

function log(logger: Logger, { answer, outcome, failure, provider }: Forwarded, about: LogFields): void {
  const fields: LogFields = {
    ...about,
    provider,
    provider_request_id: answer?.providerRequestId,
    status: answer?.status,
  };
  // A failure's message stays out: a provider may quote the prompt in it.
  if (failure !== undefined) {
    const what = provider === undefined ? 'No model provider could be asked' : 'The model provider failed';
    logger.warn({ ...fields, code: failure.type, reason: outcome }, what);
  } else logger.debug({ ...fields, reason: outcome }, 'A model request has ended');
  if (answer?.reading.unread !== undefined && answer.status < 400) {
    logger.warn({ ...fields, reason: answer.reading.unread }, 'Tokens of a model answer were not counted');
  }
}
