import { type Attempt, JobsError } from '../../jobs/index.ts';
import type { Logger } from '../../telemetry/index.ts';
import { encodeTranscript, readTranscript } from '../session/transcript.ts';
import type { Worker } from '../workers/worker.ts';

/**
 * Keeps what was said for the next job of the attempt's session, where it has one. A job whose answer is there does not
 * fail for it: the next then goes on from what was kept before.
 */
export async function keepSession(
  logger: Logger,
  { session }: Attempt,
  { folder, workPath }: Worker,
  sessionId: string | undefined,
): Promise<void> {
  if (session === undefined) return;
  const transcript = await readTranscript(folder, workPath, sessionId);
  if (transcript === undefined) {
    logger.warn({ code: 'session_unavailable' }, 'what was said in a session was not found');
    return;
  }
  await session.save(encodeTranscript(transcript)).catch((err: unknown) => {
    if (!(err instanceof JobsError) || err.code !== 'session_too_large') throw err;
    logger.warn({ code: err.code }, 'what was said in a session is more than is kept');
  });
}
