import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openFolder, openToRead, pathIn } from '../files/open-in.ts';
import type { JobFolder } from '../folders/job-folder.ts';

/** What a conversation goes on from: the CLI's name for it, and what was said, as the CLI keeps it. */
export interface Transcript {
  sessionId: string;
  content: Buffer;
}

/** RFC 9562; the CLI's own are of version 4. It becomes a file's name and an argument. */
const SESSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SESSION_ID_BYTES = 36;
/** A conversation of a million tokens is some MiB; images come on top. */
const MAX_BYTES = 64 * 2 ** 20;

/** As it is kept: the session's id, a newline, what the CLI wrote. */
export function encodeTranscript({ sessionId, content }: Transcript): Readable {
  return Readable.from([Buffer.from(`${sessionId}\n`), content]);
}

/** @returns undefined for what encodeTranscript has not made, or more than a conversation may be */
export async function decodeTranscript(state: Readable): Promise<Transcript | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of state) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BYTES) return undefined;
  }
  const whole = Buffer.concat(chunks);
  const sessionId = whole.subarray(0, SESSION_ID_BYTES).toString('latin1');
  if (!SESSION_ID.test(sessionId) || whole[SESSION_ID_BYTES] !== 0x0a) return undefined;
  return { sessionId, content: whole.subarray(SESSION_ID_BYTES + 1) };
}

/** Puts a transcript where a CLI looks for it that is started with `--resume` and its session's id. */
export async function placeTranscript(
  { config }: Pick<JobFolder, 'config'>,
  workPath: string,
  { sessionId, content }: Transcript,
  owner: { uid: number; gid: number } | undefined,
): Promise<void> {
  const projects = join(config, 'projects');
  const project = join(projects, projectName(workPath));
  const file = join(project, `${sessionId}.jsonl`);
  await mkdir(project, { recursive: true, mode: 0o700 });
  await writeFile(file, content, { mode: 0o600 });
  if (owner === undefined) return;
  for (const path of [projects, project, file]) await chown(path, owner.uid, owner.gid);
}

/**
 * Reads what was said in a session, in a folder in which a job may go on to change things.
 * @param sessionId as the CLI gave it with its result; a job could forge that
 * @returns undefined where there is none, or more than a conversation may be
 */
export async function readTranscript(
  { config }: Pick<JobFolder, 'config'>,
  workPath: string,
  sessionId: string | undefined,
): Promise<Transcript | undefined> {
  if (sessionId === undefined || !SESSION_ID.test(sessionId)) return undefined;
  const opened = [];
  try {
    let folder = await openFolder(config);
    opened.push(folder);
    for (const name of ['projects', projectName(workPath)]) {
      folder = await openFolder(pathIn(folder, name));
      opened.push(folder);
    }
    const file = await openToRead(pathIn(folder, `${sessionId}.jsonl`));
    opened.push(file);
    const stats = await file.stat();
    if (!stats.isFile() || stats.nlink !== 1 || stats.size > MAX_BYTES) return undefined;
    const content = Buffer.alloc(stats.size);
    const { bytesRead } = await file.read(content, 0, stats.size, 0);
    return { sessionId, content: content.subarray(0, bytesRead) };
  } catch {
    return undefined;
  } finally {
    for (const handle of opened) await handle.close();
  }
}

/** How the CLI names the folder of a working folder's sessions. */
function projectName(workPath: string): string {
  return workPath.replace(/[^a-zA-Z0-9]/g, '-');
}
