import type { Config } from '../../config/index.ts';
import type { StopSignal } from '../attempt/stop-signal.ts';
import { writtenByWorkers } from '../folders/job-folder.ts';
import type { CliMessage } from '../wire/message.ts';
import type { Worker } from '../workers/worker.ts';
import { diskUse } from './disk-use.ts';
import { DiskWatch } from './disk-watch.ts';
import { SilenceWatch } from './silence-watch.ts';
import { ToolLoop } from './tool-loop.ts';

/** Watches one run and stops it where it stalls, goes round in circles or takes too much of the disk. */
export class Supervisor {
  readonly #stop: StopSignal;
  readonly #loop: ToolLoop;
  readonly #silence: SilenceWatch;
  readonly #disk: DiskWatch;

  constructor(worker: Worker, limits: Config['pool']['limits'], stop: StopSignal) {
    this.#stop = stop;
    this.#loop = new ToolLoop(limits.sameCalls);
    this.#silence = new SilenceWatch(
      { firstEventMs: limits.firstEvent.ms, silenceMs: limits.silence.ms },
      () => stop.stop('stalled'),
    );
    const written = writtenByWorkers(worker.folder);
    this.#disk = new DiskWatch(
      () => diskUse(written, worker.processes() ?? []),
      { bytes: limits.disk.bytes, files: limits.files },
      () => stop.stop('disk_limit'),
    );
  }

  saw(message: CliMessage): void {
    this.#silence.saw(message);
    if (this.#loop.sees(message)) this.#stop.stop('tool_loop');
  }

  dispose(): void {
    this.#silence.dispose();
    this.#disk.dispose();
  }
}
