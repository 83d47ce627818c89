import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Gauge, Registry } from 'prom-client';

/** What node:perf_hooks tells of an event loop since the last reset, in nanoseconds; NaN and zeros of nothing yet. */
export type LagMonitor = Pick<
  ReturnType<typeof monitorEventLoopDelay>,
  'count' | 'max' | 'mean' | 'percentile' | 'reset'
>;

/** Of the last 30 to 60 seconds: whoever scrapes twice a minute misses nothing. */
const TURN_MS = 30_000;
/** As prom-client has it: what is idle shows as much. */
const RESOLUTION_MS = 10;

/** By the names that prom-client gives them, which dashboards know. */
const FIGURES: Readonly<Record<string, { help: string; read(lag: LagMonitor): number }>> = {
  nodejs_eventloop_lag_mean_seconds: { help: 'mean', read: ({ mean }) => mean },
  nodejs_eventloop_lag_max_seconds: { help: 'maximum', read: ({ max }) => max },
  nodejs_eventloop_lag_p50_seconds: { help: '50th percentile', read: (lag) => lag.percentile(50) },
  nodejs_eventloop_lag_p90_seconds: { help: '90th percentile', read: (lag) => lag.percentile(90) },
  nodejs_eventloop_lag_p99_seconds: { help: '99th percentile', read: (lag) => lag.percentile(99) },
};

/**
 * Two monitors that are reset in turn. The one that was reset longer ago is read, so that no reader takes from another
 * what it has seen, and there is never less than a whole turn to read.
 */
export function createLagWindow(begin: () => LagMonitor): { current(): LagMonitor; turn(): void } {
  let [older, newer] = [begin(), begin()];
  return {
    current: () => older,
    turn() {
      older.reset();
      [older, newer] = [newer, older];
    },
  };
}

/** A process has one event loop, however many registries tell of it. */
let ownWindow: ReturnType<typeof createLagWindow> | undefined;

function followOwn(): ReturnType<typeof createLagWindow> {
  const followed = createLagWindow(() => {
    const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    monitor.enable();
    return monitor;
  });
  setInterval(followed.turn, TURN_MS).unref();
  return followed;
}

/**
 * Tells how late this process's event loop is, in place of prom-client's own gauges: those begin anew with each read, and
 * of several processes tell the mean.
 */
export function registerEventLoopLag(registry: Registry, Gauges: typeof Gauge): void {
  ownWindow ??= followOwn();
  const { current } = ownWindow;
  for (const { name } of registry.getMetricsAsArray()) {
    if (name.startsWith('nodejs_eventloop_lag_')) registry.removeSingleMetric(name);
  }
  for (const [name, { help, read }] of Object.entries(FIGURES)) {
    new Gauges({
      name,
      help: `How late the event loop came to its work in the last 30 to 60 s: ${help}.`,
      registers: [registry],
      aggregator: 'max',
      collect() {
        const lag = current();
        if (lag.count > 0) this.set(read(lag) / 1e9);
      },
    });
  }
}
