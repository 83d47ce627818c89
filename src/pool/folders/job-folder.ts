import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from './remove-tree.ts';

/** What one attempt has on the host's disk, and nothing of it outlives the attempt. */
export interface JobFolder {
  path: string;
  /** The worker's working folder. */
  work: string;
  /** The worker's home and the CLI's configuration folder. */
  home: string;
  temp: string;
  /** The skills that it is given, which the worker can read. */
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
    temp: join(path, 'tmp'),
    skills: join(path, 'skills'),
    etc: join(path, 'etc'),
    workspace: join(path, 'git'),
    modelSocket: join(path, 'model.sock'),
    remove: () => removeTree(path),
  };
  try {
    await mkdir(folder.workspace, { mode: 0o700 });
    for (const own of [folder.work, folder.home, folder.temp]) {
      await mkdir(own, { mode: 0o700 });
      if (other) await chown(own, worker.uid, worker.gid);
    }
    await mkdir(folder.skills);
    await chmod(folder.skills, 0o755);
    await writeEtc(folder.etc, worker);
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return folder;
}

/** The CLI and many programs ask who they are, and where localhost is; a sandbox knows of nobody else. */
async function writeEtc(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await mkdir(folder);
  await chmod(folder, 0o755);
  const files = {
    passwd: `worker:x:${uid}:${gid}:worker:/cfg:/bin/bash\n`,
    group: `worker:x:${gid}:\n`,
    hosts: '127.0.0.1 localhost worker\n::1 localhost\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content);
    await chmod(join(folder, name), 0o644);
  }
}
