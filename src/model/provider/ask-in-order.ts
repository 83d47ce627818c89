import { setTimeout as delay } from 'node:timers/promises';
import { answeredFailure, mayGoElsewhere, type ProviderFailure } from '../failure.ts';
import { type Availability, availabilityOfAny } from './availability.ts';
import { FirstByteTimeout, NotAsked, QueueRefusal } from './fault.ts';
import { networkFailure, silenceFailure } from './network-failure.ts';
import type { ModelRequest, Upstream, UpstreamAnswer } from './upstream.ts';

/** An answer that has begun, and who gives it. */
export interface Answer extends UpstreamAnswer {
  upstream: Upstream;
}

/** No provider has answered. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  readonly failure: ProviderFailure;

  constructor(failure: ProviderFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Told of each try at a provider that was not the request's last. */
export type OnMoved = (upstream: Upstream, failure: ProviderFailure) => void;

/**
 * Asks providers in their order: the first that is not paused or failing. Where it fails before its answer begins the
 * next one is asked; an answer that has begun stays where it is.
 * @param patienceMs how long a request may wait for a provider that has asked for a pause
 * @throws Unanswered, or the reason of the request's signal
 */
export async function askInOrder(
  upstreams: readonly Upstream[],
  request: ModelRequest,
  options: { patienceMs: number; onMoved: OnMoved },
): Promise<Answer> {
  const deadlineMs = Date.now() + options.patienceMs;
  let failure: ProviderFailure | undefined;
  const moved = (upstream: Upstream, why: ProviderFailure) => {
    failure = why;
    options.onMoved(upstream, why);
    request.logger.warn(
      { provider: upstream.name, address: upstream.address, code: why.type, reason: why.kind },
      'A model request is tried elsewhere',
    );
  };
  while (true) {
    for (const [position, upstream] of upstreams.entries()) {
      if (upstream.availability().kind !== 'open') continue;
      const next = upstreams.slice(position + 1).find(isOpen);
      try {
        const answer = await upstream.ask(request);
        const status = answer.response.statusCode;
        if (next === undefined || !mayGoElsewhere(status)) return { ...answer, upstream };
        const why = answeredFailure(status, undefined, undefined, upstream.redact);
        discard(answer, why.kind === 'auth');
        moved(upstream, why);
      } catch (error) {
        request.signal.throwIfAborted();
        if (error instanceof NotAsked) continue;
        const why = failureOf(error);
        if (next === undefined || error instanceof QueueRefusal) throw new Unanswered(why);
        moved(upstream, why);
      }
    }
    const availability = availabilityOfAny(upstreams.map((upstream) => upstream.availability()));
    if (availability.kind === 'open' && failure === undefined) continue;
    if (failure !== undefined || availability.kind !== 'parked' || availability.untilMs > deadlineMs) {
      throw new Unanswered(failure ?? unavailable(availability));
    }
    await delay(Math.max(0, availability.untilMs - Date.now()), undefined, { signal: request.signal }).catch(
      () => request.signal.throwIfAborted(),
    );
  }
}

const isOpen = (upstream: Upstream) => upstream.availability().kind === 'open';

function failureOf(error: unknown): ProviderFailure {
  if (error instanceof FirstByteTimeout) return silenceFailure(error.timeoutMs);
  if (error instanceof QueueRefusal) {
    return {
      kind: 'overloaded',
      type: 'overloaded_error',
      message: 'Too many model requests wait already.',
      retryAfterMs: 1_000,
    };
  }
  return networkFailure(error, false);
}

function unavailable(availability: Availability): ProviderFailure {
  const retryAfterMs = availability.kind === 'open' ? 0 : Math.max(0, availability.untilMs - Date.now());
  const seconds = Math.ceil(retryAfterMs / 1000);
  return availability.kind === 'parked'
    ? {
        kind: 'rate_limited',
        type: 'rate_limit_error',
        message: `The model provider has asked for a pause of ${seconds} s.`,
        retryAfterMs,
      }
    : {
        kind: 'overloaded',
        type: 'overloaded_error',
        message: `The model provider fails too often and is not asked for ${seconds} s.`,
        retryAfterMs,
      };
}

/**
 * What it says does not count; its connection is given up rather than read to an end that may never come.
 * @param faulty where that an answer was given is no sign of health: a provider that does not take our key
 */
function discard({ response, settle }: UpstreamAnswer, faulty: boolean): void {
  response.body.on('error', () => {});
  response.body.destroy();
  settle(faulty);
}
