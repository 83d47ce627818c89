import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createMetrics, familiesOf, METRICS, type Metrics } from '../../telemetry/index.ts';
import { Gathering, type Respondent } from './gather.ts';
import type { StateName, States } from './messages.ts';

const SETTING = 'listen.authzHttp';

class FakeWorker implements Respondent {
  readonly id: number;
  ready: boolean | undefined = true;
  isSilent = false;
  readonly #metrics: Metrics;
  readonly #count;

  constructor(id: number, metrics: Metrics) {
    this.id = id;
    this.#metrics = metrics;
    this.#count = metrics.counter(METRICS.authzEarlyRejections);
    const refused = metrics.gauge(METRICS.ratelimitRulesRefused);
    refused.set(1);
  }

  count(times: number): void {
    this.#count.inc(times);
  }

  async ask<Name extends StateName>(_: string, state: Name): Promise<States[Name]['own'] | undefined> {
    if (this.isSilent) return undefined;
    const own = state === 'ready' ? this.ready : await this.#metrics.registry.getMetricsAsJSON();
    return own as States[Name]['own'] | undefined;
  }
}

let workers: [FakeWorker, FakeWorker];
let gathering: Gathering;
let errors: unknown[];
beforeEach(async () => {
  workers = [new FakeWorker(1, await createMetrics()), new FakeWorker(2, await createMetrics())];
  errors = [];
  gathering = new Gathering(
    async () => [],
    (error) => errors.push(error),
  );
});

async function shown(name: string, of: Respondent[] = workers): Promise<number> {
  const families = familiesOf(await gathering.metrics(SETTING, of));
  return families.find((each) => each.name === name)?.samples[0]?.value ?? Number.NaN;
}

describe('metrics of all workers', () => {
  const { name } = METRICS.authzEarlyRejections;

  test('are summed up', async () => {
    workers[0].count(3);
    workers[1].count(4);
    expect(await shown(name)).toBe(7);
  });

  test('do not fall when a worker is gone, or does not answer', async () => {
    workers[0].count(3);
    workers[1].count(4);
    await shown(name);
    workers[1].isSilent = true;
    expect(await shown(name)).toBe(7);
    gathering.depart(2);
    expect(await shown(name, [workers[0]])).toBe(7);
    const third = new FakeWorker(3, await createMetrics());
    third.count(5);
    expect(await shown(name, [workers[0], third])).toBe(12);
    gathering.depart(3);
    gathering.depart(1);
    expect(await shown(name, [])).toBe(12);
  });

  test('that do not go together are told of when their worker is gone, and end nothing', async () => {
    const broken = { id: 3, ask: async () => [{ name: 'x', type: 'counter', values: null }] } as never;
    workers[0].count(3);
    await expect(gathering.metrics(SETTING, [workers[0], broken])).rejects.toThrow();
    gathering.depart(3);
    await vi.waitFor(() => expect(errors).toEqual([expect.any(Error)]));
  });

  test('of a state are that of the worst, not a sum', async () => {
    expect(await shown(METRICS.ratelimitRulesRefused.name)).toBe(1);
  });

  test('have what is known besides', async () => {
    const own = await createMetrics();
    own.gauge(METRICS.serveWorkers).set(2);
    gathering = new Gathering(
      () => own.registry.getMetricsAsJSON(),
      () => {},
    );
    expect(await shown(METRICS.serveWorkers.name)).toBe(2);
  });
});

describe('all workers together are ready', () => {
  const isReady = (of: Respondent[] = workers) => gathering.isReady(SETTING, of);

  test('where each of them is', async () => {
    expect(await isReady()).toBe(true);
    workers[1].ready = false;
    expect(await isReady()).toBe(false);
  });

  test('not where one does not answer, or there is none', async () => {
    workers[0].isSilent = true;
    expect(await isReady()).toBe(false);
    expect(await isReady([])).toBe(false);
  });
});
