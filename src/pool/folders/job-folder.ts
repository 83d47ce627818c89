import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from './remove-tree.ts';

/**
 * The folders of the CLI's configuration folder that a run needs to write to: long results of tools, transcripts, what
 * Bash starts from (measured with 2.1.330).
 */
export const CLI_STATE = [
  'file-history',
  'image-cache',
  'plans',
  'projects',
  'session-env',
  'shell-snapshots',
  'tasks',
  'todos',
] as const;

/** What one attempt has on the host's disk, and nothing of it outlives the attempt. */
export interface JobFolder {
  path: string;
  /** The worker's working folder. */
  work: string;
  /** The worker's home. */
  home: string;
  /**
   * The CLI's configuration folder. It is ours: a worker writes to the folders of CLI_STATE in it alone. So neither a job
   * nor the CLI changes what the CLI reads there, and the CLI is spared to keep an account of each turn on the disk and
   * to look after it, which took 5 % of its processor time.
   */
  config: string;
  temp: string;
  /** In `config`: the skills that it is given. Not there where it is given none. */
  skills: string;
  /** Stand-ins for the files of /etc that name users and hosts. */
  etc: string;
  /** Where what is known of a workspace is to be; its worker does not see it. */
  workspace: string;
  /** Where the model proxy is to listen. */
  modelSocket: string;
  remove(): Promise<void>;
}

/**
 * Makes the folder of one attempt. Its own folder belongs to us, so that the worker cannot put something in
 * the socket's place; what the worker writes to belongs to the worker alone.
 * @param runtimeFolder folder that the worker can enter
 */
export async function makeJobFolder(
  runtimeFolder: string,
  worker: { uid: number; gid: number },
): Promise<JobFolder> {
  const path = await mkdtemp(`${runtimeFolder}/`);
  const other = worker.uid !== process.getuid?.();
  await chmod(path, other ? 0o711 : 0o700);
  const folder: JobFolder = {
    path,
    work: join(path, 'work'),
    home: join(path, 'home'),
    config: join(path, 'config'),
    temp: join(path, 'tmp'),
    skills: join(path, 'config/skills'),
    etc: join(path, 'etc'),
    workspace: join(path, 'git'),
    modelSocket: join(path, 'model.sock'),
    remove: () => removeTree(path),
  };
  try {
    await mkdir(folder.workspace, { mode: 0o700 });
    await mkdir(folder.config);
    await chmod(folder.config, 0o755);
    for (const own of writtenByWorkers(folder)) {
      await mkdir(own, { mode: 0o700 });
      if (other) await chown(own, worker.uid, worker.gid);
    }
    await writeEtc(folder.etc, worker);
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return folder;
}

/** The folders that a worker writes to. */
export function writtenByWorkers({ work, home, temp, config }: JobFolder): string[] {
  return [work, home, temp, ...CLI_STATE.map((name) => join(config, name))];
}

/** The CLI and many programs ask who they are, and where localhost is; a sandbox knows of nobody else. */
async function writeEtc(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await mkdir(folder);
  await chmod(folder, 0o755);
  const files = {
    passwd: `worker:x:${uid}:${gid}:worker:/home/worker:/bin/bash\n`,
    group: `worker:x:${gid}:\n`,
    hosts: '127.0.0.1 localhost worker\n::1 localhost\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content);
    await chmod(join(folder, name), 0o644);
  }
}
