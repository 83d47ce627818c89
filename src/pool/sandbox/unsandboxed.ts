import type { JobFolder } from '../folders/job-folder.ts';
import { runAs, type SpawnCommand, type WorkerIdentity } from './identity.ts';
import type { Sandbox, WorkerStart } from './sandbox.ts';

/** Workers on the bare host. They are offered no tools, so the model can only answer with text. */
export class Unsandboxed implements Sandbox {
  readonly kind = 'none';
  readonly warning: string;
  readonly confine = undefined;
  readonly identity: (slot: number) => WorkerIdentity;

  /** @param reason why there is no sandbox, with what to do about it */
  constructor(identity: (slot: number) => WorkerIdentity, reason: string) {
    this.identity = identity;
    this.warning = `Workers run without a sandbox and so without any tools: ${reason}`;
  }

  workPath({ work }: JobFolder): string {
    return work;
  }

  command({ slot, folder, cli, args, environment }: WorkerStart): SpawnCommand {
    const command = {
      file: cli,
      args,
      env: environment({
        work: folder.work,
        home: folder.home,
        config: folder.config,
        temp: folder.temp,
        modelSocket: folder.modelSocket,
      }),
      cwd: folder.work,
    };
    return runAs(this.identity(slot), command);
  }
}
