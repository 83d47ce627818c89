import type { AttemptContext, ModelProxy, ModelSession } from '../../model/index.ts';
import type { StartConfined } from '../../workspaces/index.ts';
import type { WorkerCgroup } from '../cgroup/worker-cgroup.ts';
import type { JobFolder } from '../folders/job-folder.ts';
import type { TurnSettings } from '../wire/input.ts';
import type { CliMessage } from '../wire/message.ts';
import type { Opening } from '../wire/opening.ts';
import { type NamespaceProcess, processesIn } from './namespace.ts';
import type { WorkerEnd, WorkerProcess } from './worker-process.ts';

/** Whose jobs a worker has run. */
export interface ServedClient {
  tenant: string;
  client: string;
}

/** What a worker is made of; it takes all of it with it when it goes. */
export interface WorkerParts {
  process: WorkerProcess;
  folder: JobFolder;
  /** Holds all that runs for it; undefined where there is none. */
  cgroup?: WorkerCgroup | undefined;
  proxy: ModelProxy;
  /** Gives its place back. */
  release(): void;
}

/** What does not change in a worker's life. */
export type WorkerTraits = Pick<
  Worker,
  'maxTurns' | 'keepsSession' | 'hasSkills' | 'workPath' | 'owner' | 'confine'
>;

/** One sandboxed Claude Code process with its folder, its way to the model and its place in the pool. */
export class Worker {
  readonly folder: JobFolder;
  readonly maxTurns: number;
  /** Whether it writes down what is said. */
  readonly keepsSession: boolean;
  /** Whether it was given skills: then it runs one job alone. */
  readonly hasSkills: boolean;
  /** Its working folder as it sees it itself. */
  readonly workPath: string;
  /** Whom its files belong to; undefined where they are ours. */
  readonly owner: { uid: number; gid: number } | undefined;
  /** Starts a program as its user, in a sandbox of its own; undefined where there is none. */
  readonly confine: StartConfined | undefined;
  /** performance.now() when it was started. */
  readonly startedAtMs = performance.now();
  /** How it was opened; undefined as long as it can still be opened in any way. */
  opening: Opening | undefined;
  /** What its turns run with; undefined before the first. */
  settings: TurnSettings | undefined;
  /** Jobs that it has run. */
  jobs = 0;
  /** Whose they were; undefined before the first. */
  served: ServedClient | undefined;
  /** performance.now() when it last began to wait. */
  idleSinceMs = 0;
  readonly #parts: WorkerParts;
  readonly #messages: AsyncGenerator<CliMessage>;
  #disposed: Promise<WorkerEnd> | undefined;

  constructor(
    parts: WorkerParts,
    { maxTurns, keepsSession, hasSkills, workPath, owner, confine }: WorkerTraits,
  ) {
    this.#parts = parts;
    this.maxTurns = maxTurns;
    this.keepsSession = keepsSession;
    this.hasSkills = hasSkills;
    this.workPath = workPath;
    this.owner = owner;
    this.confine = confine;
    this.folder = parts.folder;
    this.#messages = parts.process.messages();
  }

  /** The next that the CLI says; undefined once it has closed its stdout. */
  async read(): Promise<CliMessage | undefined> {
    const { value, done } = await this.#messages.next();
    return done ? undefined : value;
  }

  write(lines: string): void {
    this.#parts.process.write(lines);
  }

  /** Whether a line was too long to be read, which ended the reading. */
  get overflow(): boolean {
    return this.#parts.process.overflow;
  }

  get stderr(): string {
    return this.#parts.process.stderr;
  }

  /** From now on its model requests are this attempt's. */
  beginSession(context: AttemptContext): ModelSession {
    return this.#parts.proxy.begin(context);
  }

  /**
   * What runs in its sandbox.
   * @returns undefined where nobody can tell: there is no sandbox, or it is going
   */
  processes(): NamespaceProcess[] | undefined {
    const { root } = this;
    if (root === undefined) return undefined;
    try {
      return processesIn(root);
    } catch {
      return undefined;
    }
  }

  /** As WorkerProcess.root. */
  get root(): string | undefined {
    return this.#parts.process.root;
  }

  /** As WorkerProcess.end(). */
  end(graceMs: number): void {
    this.#parts.process.end(graceMs);
  }

  /** Ends it at once. Resolves once all that ran in its sandbox is gone. */
  kill(): Promise<WorkerEnd> {
    this.#parts.process.kill();
    this.#parts.cgroup?.kill();
    return this.#parts.process.ended;
  }

  /** Once its process and all that it started are gone. */
  get ended(): Promise<WorkerEnd> {
    return this.#parts.process.ended;
  }

  /** Whether it was ended for the memory that it took. */
  get ranOutOfMemory(): boolean {
    return this.#parts.cgroup?.ranOutOfMemory ?? false;
  }

  /**
   * Takes it away: its processes, its socket, its files and its place.
   * @throws PoolError folder_not_removed; the rest is gone then too
   */
  async dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    await this.#disposed;
  }

  async #dispose(): Promise<WorkerEnd> {
    const { proxy, folder, cgroup, release } = this.#parts;
    const end = await this.kill();
    try {
      await proxy.close();
      await folder.remove();
    } finally {
      release();
      await cgroup?.remove();
    }
    return end;
  }
}
