import type { Dispatcher } from 'undici';
import type { Config } from '../../config/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { isFaulty, parseRetryAfterMs } from '../failure.ts';
import { mappedModel } from '../policy/model-names.ts';
import { Interruption } from '../proxy/interruption.ts';
import type { Availability } from './availability.ts';
import { type BreakerState, createBreaker } from './breaker.ts';
import type { Connection } from './connection.ts';
import { createFairQueue, type Permit } from './fair-queue.ts';
import { Fault, FaultyAnswer, FirstByteTimeout, NetworkFault, NotAsked, QueueRefusal } from './fault.ts';

/** What is asked of a provider. */
export interface ModelRequest {
  /** From the slash on, with query. */
  path: string;
  headers: Record<string, string>;
  /** The body's members, but for `model`, as JSON with a comma between them. */
  members: string;
  model: string;
  /** Whether the answer is to come as it is written, so that its beginning has a deadline of its own. */
  streams: boolean;
  tenant: string;
  /** Its lines say whose request it is. */
  logger: Logger;
  signal: AbortSignal;
  /** Told of each provider that it is sent to. */
  onAsked(provider: string): void;
}

/** One provider. */
export interface Upstream {
  readonly name: string;
  readonly address: string;
  availability(): Availability;
  state(): BreakerState;
  /**
   * Asks it. Resolves when its answer begins, whatever that is.
   * @throws NotAsked, QueueRefusal, FirstByteTimeout, what the network threw, or the signal's reason
   */
  ask(request: ModelRequest): Promise<UpstreamAnswer>;
  /** What another process has found out of it. */
  adopt(shared: Availability): void;
  redact(text: string): string;
  readonly load: { running: number; waiting: number };
  close(): Promise<void>;
}

/** An answer that has begun. */
export interface UpstreamAnswer {
  response: Dispatcher.ResponseData;
  /** What the model is called there. */
  model: string;
  firstByteMs: number;
  /** To be called once it has ended, with whether the provider is to blame that it is not whole. */
  settle(faulty: boolean): void;
}

export interface UpstreamOptions {
  name: string;
  connection: Connection;
  /** Patterns of models, and what they are called there. */
  models: ReadonlyMap<string, string>;
  maxConcurrent: number;
  config: Pick<Config['model'], 'breaker' | 'queue' | 'firstByteTimeout' | 'maxPause'>;
  /** Told of what this process finds out itself. */
  changed(name: string, availability: Availability): void;
}

export function openUpstream(options: UpstreamOptions): Upstream {
  const { name, connection, models, config } = options;
  const firstByteTimeoutMs = config.firstByteTimeout.ms;
  let parkedUntilMs = 0;
  const breaker = createBreaker(config.breaker, (state) => {
    // Trying it out is each process's own affair: the others do so on their own when the time has come.
    if (state !== 'half_open') options.changed(name, availability());
  });
  const queue = createFairQueue({
    maxConcurrent: options.maxConcurrent,
    maxQueued: config.queue.max,
    timeoutMs: config.queue.timeout.ms,
  });

  function availability(): Availability {
    if (breaker.state() === 'open') return { kind: 'broken', untilMs: breaker.retryAtMs() };
    if (parkedUntilMs > Date.now()) return { kind: 'parked', untilMs: parkedUntilMs };
    return { kind: 'open' };
  }

  function park(retryAfter: string | string[] | undefined): void {
    const now = Date.now();
    const pauseMs = parseRetryAfterMs(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter, now);
    if (pauseMs === undefined || pauseMs === 0) return;
    const untilMs = now + Math.min(pauseMs, config.maxPause.ms);
    if (untilMs <= parkedUntilMs) return;
    parkedUntilMs = untilMs;
    options.changed(name, availability());
  }

  async function send(request: ModelRequest, model: string): Promise<Dispatcher.ResponseData> {
    request.onAsked(name);
    const startedMs = performance.now();
    const firstByte = new AbortController();
    const timer = request.streams
      ? setTimeout(() => firstByte.abort(new FirstByteTimeout(firstByteTimeoutMs)), firstByteTimeoutMs)
      : undefined;
    try {
      const response = await connection.send({
        path: request.path,
        headers: request.headers,
        body: `{"model":${JSON.stringify(model)},${request.members}}`,
        signal: AbortSignal.any([request.signal, firstByte.signal]),
      });
      if (isFaulty(response.statusCode)) throw new FaultyAnswer(response);
      return response;
    } catch (error) {
      if (error instanceof Fault) throw error;
      // The caller learns of its own deadline; that a provider has let it pass counts against it.
      if (isTimeUp(request.signal)) throw new FirstByteTimeout(performance.now() - startedMs);
      request.signal.throwIfAborted();
      throw new NetworkFault('the network failed', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    name,
    address: connection.address,
    availability,
    state: breaker.state,
    async ask(request) {
      const model = mappedModel(request.model, models);
      const permit = await enter(request);
      const startedMs = performance.now();
      try {
        // Who has waited for a place may find that others were told to pause meanwhile.
        if (parkedUntilMs > Date.now()) throw new NotAsked();
        const response = await breaker.run(() => send(request, model), request.signal).catch(asAnswer);
        if (response.statusCode === 429 || response.statusCode === 529) park(response.headers['retry-after']);
        const firstByteMs = performance.now() - startedMs;
        const settle = (faulty: boolean) => {
          permit.release();
          if (faulty) breaker.fault();
        };
        return { response, model, firstByteMs, settle };
      } catch (error) {
        permit.release();
        throw error instanceof NetworkFault ? error.cause : error;
      }
    },
    adopt(shared) {
      if (shared.kind === 'broken') breaker.openUntil(shared.untilMs);
      else if (shared.kind === 'parked') parkedUntilMs = Math.max(parkedUntilMs, shared.untilMs);
      else breaker.close();
    },
    redact: connection.redact,
    get load() {
      return { running: queue.running, waiting: queue.waiting };
    },
    async close() {
      breaker.dispose();
      await connection.close();
    },
  };

  async function enter({ tenant, signal }: ModelRequest): Promise<Permit> {
    const entry = await queue.enter(tenant, signal);
    if (entry.kind === 'entered') return entry.permit;
    throw new QueueRefusal();
  }
}

function isTimeUp({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof Interruption && reason.reason === 'total_time';
}

/** That it counts against the provider does not keep it from the worker. */
function asAnswer(error: unknown): Dispatcher.ResponseData {
  if (error instanceof FaultyAnswer) return error.response;
  throw error;
}
