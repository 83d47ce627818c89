import { lastingPart, type MetricsReport, sumMetrics } from '../../telemetry/index.ts';
import type { StateName, States } from './messages.ts';

/** A worker that serves an address, as it is asked for its state. */
export interface Respondent {
  id: number;
  ask<Name extends StateName>(setting: string, state: Name): Promise<States[Name]['own'] | undefined>;
}

/** Puts together what the workers tell of an address that they share. */
export class Gathering {
  /** What each worker reported last, by address. */
  readonly #latest = new Map<string, Map<number, MetricsReport>>();
  /** What the workers that are gone had counted, by address: a sum that fell would look like a restart of all. */
  readonly #departed = new Map<string, MetricsReport[]>();
  #merged = Promise.resolve();
  readonly #own: () => Promise<MetricsReport>;
  readonly #onError: (error: unknown) => void;

  /**
   * @param own what there is to say besides the workers' own reports
   * @param onError told of reports that do not go together; they are kept one by one then
   */
  constructor(own: () => Promise<MetricsReport>, onError: (error: unknown) => void) {
    this.#own = own;
    this.#onError = onError;
  }

  /** Whether there is one, and all that there are can do their work. */
  async isReady(setting: string, workers: readonly Respondent[]): Promise<boolean> {
    const states = await Promise.all(workers.map((worker) => worker.ask(setting, 'ready')));
    return states.length > 0 && states.every((state) => state === true);
  }

  /** The sums of all. A worker that does not answer in time counts with what it reported last. */
  async metrics(setting: string, workers: readonly Respondent[]): Promise<MetricsReport> {
    const latest = this.#latestOf(setting);
    await Promise.all(
      workers.map(async (worker) => {
        const report = await worker.ask(setting, 'metrics');
        if (report !== undefined) latest.set(worker.id, report);
      }),
    );
    const departed = this.#departed.get(setting) ?? [];
    return sumMetrics([...latest.values(), ...departed, await this.#own()]);
  }

  /** A worker is gone: what it counted stays in the sums. */
  depart(id: number): void {
    for (const [setting, latest] of this.#latest) {
      const report = latest.get(id);
      latest.delete(id);
      if (report === undefined) continue;
      const departed = this.#departed.get(setting) ?? [];
      this.#departed.set(setting, departed);
      departed.push(lastingPart(report));
      this.#merged = this.#merged.then(() => mergeAll(departed)).catch(this.#onError);
    }
  }

  #latestOf(setting: string): Map<number, MetricsReport> {
    const latest = this.#latest.get(setting) ?? new Map<number, MetricsReport>();
    this.#latest.set(setting, latest);
    return latest;
  }
}

/** Puts one report in the place of all. */
async function mergeAll(reports: MetricsReport[]): Promise<void> {
  const merging = [...reports];
  reports.splice(0, merging.length, await sumMetrics(merging));
}
