import type { Canary } from '../../inspect/index.ts';
import type { Attempt, AttemptOutcome, Report } from '../../jobs/index.ts';
import { budgetMessage } from '../../model/index.ts';
import type { SkillCache } from '../../skills/index.ts';
import { parseTraceparent, SPANS } from '../../telemetry/index.ts';
import { missingTool } from '../../toolchain/index.ts';
import { type Copy, WorkspaceError, type Workspaces } from '../../workspaces/index.ts';
import { decodeTranscript } from '../session/transcript.ts';
import { readSkills } from '../skills/read-skills.ts';
import { openingOf } from '../wire/opening.ts';
import type { Fleet } from '../workers/fleet.ts';
import type { WorkerPlace } from '../workers/launch.ts';
import { clear } from '../workers/prime.ts';
import type { Worker } from '../workers/worker.ts';
import { giveArtifacts } from './artifacts.ts';
import { stoppedOutcome } from './outcome.ts';
import { runTurn, type TurnSurroundings } from './run-turn.ts';
import { keepSession } from './session.ts';
import type { StopSignal } from './stop-signal.ts';
import {
  giveChanges,
  placeWorkspace,
  prepareWorkspace,
  putRequestFiles,
  type UsedWorkspace,
  workspaceUnavailable,
} from './workspace.ts';

/** What attempts share. */
export interface AttemptSurroundings extends TurnSurroundings {
  fleet: Fleet;
  skillCache: SkillCache;
  sandbox: 'bubblewrap' | 'none';
  /** Undefined where workers have no sandbox, and so no tools. */
  workspaces: Workspaces | undefined;
  /** Makes a marker for a job's system prompt; undefined where there is none to be. */
  makeCanary: (() => Canary) | undefined;
}

/** An attempt that is over. */
export interface EndedAttempt {
  outcome: AttemptOutcome;
  /** Resolves when its worker is ready for the next job. Nothing of the attempt runs any more before that. */
  settled: Promise<void>;
}

/** How a job came by its worker, as its trace says it. */
const ORIGINS = { reused: 'reused', plain: 'warm', unopened: 'warm', cold: 'cold' } as const;

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
  try {
    return await runWithWorkspace(surroundings, attempt, report, stop);
  } catch (error) {
    if (!(error instanceof WorkspaceError)) throw error;
    return notBegun(workspaceUnavailable(error, surroundings, attempt, stop));
  }
}

/** @throws WorkspaceError where the attempt cannot have the workspace that its request names */
async function runWithWorkspace(
  surroundings: AttemptSurroundings,
  attempt: Attempt,
  report: Report,
  stop: StopSignal,
): Promise<EndedAttempt> {
  const { config, tracer, fleet, provider, makeCanary } = surroundings;
  const { owner, request } = attempt;
  const endsAtMs = performance.now() + attempt.timeoutMs;
  const budget = await provider.budget.stateOf(owner);
  if (budget.kind === 'exceeded') {
    const error = { code: 'budget_exceeded', message: budgetMessage(budget) } as const;
    return notBegun({ kind: 'failed', error, retryable: false });
  }
  const read = await readSkills(surroundings, attempt);
  if ('error' in read) return notBegun({ kind: 'failed', error: read.error, retryable: false });
  const { skills } = read;
  const state = await attempt.session?.restore();
  const transcript = state && (await decodeTranscript(state));
  if (state !== undefined && transcript === undefined) return notBegun(sessionUnavailable());
  const prepared = await prepareWorkspace(surroundings, attempt, stop.signal);
  let copy = undefined as Copy | undefined;
  const furnish =
    prepared &&
    (async (place: WorkerPlace) => {
      copy = await placeWorkspace(surroundings, prepared, attempt, place, stop);
    });
  const maxTurns = request.max_turns ?? config.pool.maxTurns;
  const canary = makeCanary?.();
  const keepsSession = attempt.session !== undefined;
  const opening = openingOf(request, canary?.notice);
  const need = { owner, maxTurns, keepsSession, opening, hasWorkspace: prepared !== undefined };
  const parent = parseTraceparent(attempt.traceparent);
  const starting = tracer.start(SPANS.workerStart, parent);
  const taking = fleet.take(need, stop.signal, { transcript, skills, furnish });
  const lease = await taking.catch((error: unknown) => {
    starting.end({ error: 'not_started' });
    throw error;
  });
  if (lease === undefined || lease === 'cli_missing') starting.end({ error: lease ?? 'stopped' });
  if (lease === undefined) return notBegun(stoppedOutcome(stop.reason ?? 'canceled', attempt));
  if (lease === 'cli_missing') {
    const message = missingTool('claude', config.pool.claudePath);
    return notBegun({ kind: 'failed', error: { code: 'cli_missing', message }, retryable: false });
  }
  const { worker } = lease;
  starting.set({ 'gatehouse.worker.origin': ORIGINS[lease.origin] });
  worker.served = { tenant: owner.tenant, client: owner.client };
  worker.jobs += 1;
  try {
    const injected = skills.map(({ name, sha256 }) => ({ source: 'skill', name, sha256 }) as const);
    if (injected.length > 0) await stop.unlessGivenUp(attempt.recordInjected(injected));
    if (furnish !== undefined && lease.origin !== 'cold') {
      await furnish(worker);
      // It reads instructions anew. One that does not ends, which is what its run then comes to.
      await clear(worker);
    }
    const put = await putRequestFiles(worker, request.files ?? [], copy);
    const { outcome: ran, sessionId } = await runTurn(lease, surroundings, attempt, {
      report,
      stop,
      canary,
      opening,
      parent,
      starting,
    });
    const completed = ran.kind === 'completed';
    const reusable = await fleet.inspect(worker, completed ? 'well' : 'badly');
    const used = prepared && copy && { prepared, copy, put, endsAtMs };
    const outcome = await withChanges(surroundings, attempt, worker, used, ran, stop);
    const upload = tracer.start(SPANS.artifacts, parent);
    const giving = giveArtifacts(surroundings, attempt, worker, { put, copy }, stop);
    const given = giving.then(({ given, refused }) => {
      upload.set({ 'gatehouse.artifacts.count': given, 'gatehouse.artifacts.refused': refused });
    });
    await stop.unlessGivenUp(given).finally(() => upload.end());
    if (completed) await keepSession(surroundings.logger, attempt, worker, sessionId);
    if (reusable) return { outcome, settled: fleet.giveBack(worker) };
    await fleet.dispose(worker);
    return { outcome, settled: SETTLED };
  } catch (error) {
    starting.end({ error: 'not_started' });
    await fleet.dispose(worker);
    throw error;
  }
}

/** The outcome with what the run changed in its workspace; nobody waits for what a canceled one did. */
async function withChanges(
  surroundings: AttemptSurroundings,
  attempt: Attempt,
  worker: Worker,
  used: UsedWorkspace | undefined,
  outcome: AttemptOutcome,
  stop: StopSignal,
): Promise<AttemptOutcome> {
  if (used === undefined || stop.reason === 'canceled') return outcome;
  const changes = await giveChanges(surroundings, attempt, worker, used, stop.givenUp);
  return outcome.kind === 'completed' ? { ...outcome, changes } : outcome;
}

function notBegun(outcome: AttemptOutcome): EndedAttempt {
  return { outcome, settled: SETTLED };
}

function sessionUnavailable(): AttemptOutcome {
  const message = 'What was said before in this session cannot be read.';
  return { kind: 'failed', error: { code: 'session_unavailable', message }, retryable: false };
}
