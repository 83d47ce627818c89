import { Readable } from 'node:stream';
import type { Config } from '../../config/index.ts';
import {
  type Attempt,
  type AttemptOutcome,
  type JobChanges,
  type JobFile,
  JobsError,
} from '../../jobs/index.ts';
import { type LogFields, type Logger, SPANS, type Tracer } from '../../telemetry/index.ts';
import {
  type Changes,
  type Copy,
  chooseWorkspace,
  type PreparedWorkspace,
  takeChanges,
  WorkspaceError,
  type Workspaces,
} from '../../workspaces/index.ts';
import { PoolError } from '../errors.ts';
import type { FileStamp } from '../files/file-stamp.ts';
import { putFiles } from '../files/put-files.ts';
import { untouchedFiles } from '../files/untouched-files.ts';
import { placeInstructions } from '../folders/place-instructions.ts';
import type { WorkerPlace } from '../workers/launch.ts';
import type { Worker } from '../workers/worker.ts';
import { stoppedOutcome } from './outcome.ts';
import type { StopSignal } from './stop-signal.ts';
import { traced } from './workspace-span.ts';

export interface WorkspaceSurroundings {
  config: Config;
  logger: Logger;
  tracer: Tracer;
  /** Undefined where workers have no sandbox, and so no tools. */
  workspaces: Workspaces | undefined;
}

/** The artifact that has what a run changed. */
export const PATCH_PATH = 'changes.patch';

/** Beyond an attempt's time, so that what a run changed is there where its time was up too. */
const AFTER_TIMEOUT_MS = 3_000;

/**
 * Makes ready the workspace that an attempt's request names.
 * @returns undefined where it names none
 * @throws WorkspaceError
 */
export async function prepareWorkspace(
  { config, tracer, workspaces }: WorkspaceSurroundings,
  { owner, request, traceparent }: Attempt,
  signal: AbortSignal,
): Promise<PreparedWorkspace | undefined> {
  const choice = chooseWorkspace(config.workspaces, owner.tenant, request.context);
  if (choice.kind === 'none') return undefined;
  if (choice.kind === 'refused') {
    const message = `context.${choice.field} names no workspace any more: ${choice.expected}.`;
    throw new WorkspaceError('unknown', message);
  }
  if (workspaces === undefined) {
    const message = `The workspace ${choice.name} cannot be used: workers have no sandbox here. Tell the operator.`;
    throw new WorkspaceError('unusable', message);
  }
  const { name, branch } = choice;
  return traced({ tracer, span: SPANS.workspaceFetch, workspace: name, traceparent }, () =>
    workspaces.prepare(name, branch, signal),
  );
}

/**
 * Puts a copy into a worker's empty working folder, and writes down which commit it is of.
 * @throws WorkspaceError
 */
export async function placeWorkspace(
  { tracer }: Pick<WorkspaceSurroundings, 'tracer'>,
  { name, branch, copyTo }: PreparedWorkspace,
  attempt: Attempt,
  { folder, owner, confine, workPath }: WorkerPlace,
  stop: StopSignal,
): Promise<Copy> {
  if (confine === undefined) throw new TypeError('a worker without a sandbox was to have a workspace');
  const target = { work: folder.work, gitDir: folder.workspace, owner, start: confine };
  const { traceparent } = attempt;
  const copy = await traced({ tracer, span: SPANS.workspaceCopy, workspace: name, traceparent }, () =>
    copyTo(target, stop.signal),
  );
  await placeInstructions(folder.config, workPath, copy.instructions);
  const injected = [{ source: 'workspace', name, branch, commit: copy.commit } as const];
  await stop.unlessGivenUp(attempt.recordInjected(injected));
  return copy;
}

/**
 * Writes a request's files into the working folder, on top of a copy where there is one.
 * @throws WorkspaceError where the copy has something in a file's place that is no file
 */
export async function putRequestFiles(
  { folder, owner }: Worker,
  files: readonly JobFile[],
  copy: Copy | undefined,
): Promise<Map<string, FileStamp>> {
  if (copy === undefined) return putFiles(folder.work, files, owner);
  return putFiles(folder.work, files, owner, 'replace').catch((error: unknown) => {
    if (!(error instanceof PoolError)) throw error;
    throw new WorkspaceError('unusable', error.message);
  });
}

/** What became of a job whose workspace is not there. */
export function workspaceUnavailable(
  error: WorkspaceError,
  { logger }: Pick<WorkspaceSurroundings, 'logger'>,
  attempt: Attempt,
  stop: StopSignal,
): AttemptOutcome {
  if (error.code === 'stopped' || stop.reason !== undefined) {
    return stoppedOutcome(stop.reason ?? 'canceled', attempt);
  }
  const fields = { ...fieldsOf(attempt), code: error.code, reason: error.reason };
  logger.warn(fields, 'a job cannot have its workspace');
  const { message, retryable } = error;
  return { kind: 'failed', error: { code: 'workspace_unavailable', message }, retryable };
}

/** The workspace of a run that is over. */
export interface UsedWorkspace {
  prepared: PreparedWorkspace;
  copy: Copy;
  /** The request's own files, as they were left before the run. */
  put: ReadonlyMap<string, FileStamp>;
  /** performance.now() when the attempt's time is up. */
  endsAtMs: number;
}

/**
 * Gives what a run changed in its workspace to the attempt's sink, as a patch. Nothing of the job runs any more.
 * @param signal aborted when nobody waits for it
 */
export async function giveChanges(
  { config, logger }: Pick<WorkspaceSurroundings, 'config' | 'logger'>,
  attempt: Attempt,
  { folder }: Worker,
  { prepared, copy, put, endsAtMs }: UsedWorkspace,
  signal: AbortSignal,
): Promise<JobChanges> {
  const { limits, patchTimeout } = config.workspaces;
  const leftMs = endsAtMs + AFTER_TIMEOUT_MS - performance.now();
  const timeoutMs = Math.max(1, Math.min(patchTimeout.ms, leftMs));
  const changes = await take(
    copy,
    { limits, timeoutMs, untouched: await untouchedFiles(folder.work, put) },
    signal,
    {
      logger,
      fields: fieldsOf(attempt),
    },
  );
  const notes = [...changes.notes];
  const { patch, files } = changes;
  const isKept = patch !== undefined && (await keep(attempt, patch, notes));
  const listed = files.slice(0, limits.summaryFiles);
  return {
    ...{ workspace: prepared.name, branch: prepared.branch, commit: copy.commit },
    ...(isKept && { patch: PATCH_PATH }),
    fileCount: files.length,
    added: files.reduce((sum, { added = 0 }) => sum + added, 0),
    removed: files.reduce((sum, { removed = 0 }) => sum + removed, 0),
    files: listed,
    ...(notes.length > 0 && { notes }),
  };
}

/** A run's answer counts also where nobody can tell what it changed. */
async function take(
  copy: Copy,
  options: Parameters<typeof takeChanges>[1],
  signal: AbortSignal,
  { logger, fields }: { logger: Logger; fields: LogFields },
): Promise<Changes> {
  try {
    return await takeChanges(copy, options, signal);
  } catch (error) {
    if (!(error instanceof WorkspaceError)) throw error;
    const { code, reason, message } = error;
    if (code !== 'stopped') logger.warn({ ...fields, code, reason }, 'what a run changed could not be found');
    return { files: [], patch: undefined, notes: [message] };
  }
}

async function keep({ artifacts }: Attempt, patch: Buffer, notes: string[]): Promise<boolean> {
  try {
    await artifacts.save(PATCH_PATH, Readable.from([patch]));
    return true;
  } catch (error) {
    const code = error instanceof JobsError ? error.code : undefined;
    if (code !== 'artifacts_full' && code !== 'artifact_too_large') throw error;
    notes.unshift('The patch was left out: there is no room for it among the files that are kept.');
    return false;
  }
}

function fieldsOf({ jobId, attempt, owner }: Attempt): LogFields {
  return { job_id: jobId, attempt, tenant: owner.tenant };
}
