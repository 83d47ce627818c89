/** Calls something again and again: often while somebody watches, else seldom. */
export interface Schedule {
  /** @returns ends the watching */
  watch(): () => void;
  /** Ends it; what runs is waited for. */
  stop(): Promise<void>;
}

export interface ScheduleOptions {
  /** Never rejects, and has a deadline of its own. */
  run(): Promise<unknown>;
  watchedMs: number;
  unwatchedMs: number;
}

/** The first call is made at once. Two calls never overlap. */
export function startSchedule({ run, watchedMs, unwatchedMs }: ScheduleOptions): Schedule {
  let watchers = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> | undefined;
  let stopped = false;
  function turn(): void {
    const begunMs = performance.now();
    running = run().finally(() => {
      running = undefined;
      if (stopped) return;
      const pauseMs = (watchers > 0 ? watchedMs : unwatchedMs) - (performance.now() - begunMs);
      timer = setTimeout(turn, Math.max(0, pauseMs));
    });
  }
  turn();
  return {
    watch() {
      watchers += 1;
      if (watchers === 1 && running === undefined && !stopped) {
        clearTimeout(timer);
        turn();
      }
      let watches = true;
      return () => {
        if (watches) watchers -= 1;
        watches = false;
      };
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
