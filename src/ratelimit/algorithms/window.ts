import type { FixedWindow, Quota } from './algorithm.ts';
import type { Calendar } from './calendar.ts';
import type { Counter } from './counter.ts';

/** Windows that start and end at fixed times. */
export function createWindow(algorithm: FixedWindow | Quota, calendar: Calendar): Counter {
  let nowMs = 0;
  let startMs = 0;
  let endMs = 0;
  let used = 0;
  return {
    get used() {
      return used;
    },
    moveTo(time) {
      nowMs = time;
      const [start, end, after] = bounds(algorithm, calendar, time);
      // The next window was begun before the clock stepped back; leaving it would admit its hits twice.
      if (startMs === start || (startMs === end && endMs === after)) return;
      [startMs, endMs, used] = [start, end, 0];
    },
    charge(units) {
      used += units;
    },
    giveBack(units, chargedAtMs = startMs) {
      if (chargedAtMs >= startMs) used = Math.max(used - units, 0);
    },
    waitMs: () => endMs - nowMs,
  };
}

/** Start and end of the window, and the end of the one after it. */
function bounds(algorithm: FixedWindow | Quota, calendar: Calendar, nowMs: number): [number, number, number] {
  if (algorithm.kind === 'quota') {
    const [, start, end, after] = calendar(algorithm.period, algorithm.timeZone, nowMs);
    return [start, end, after];
  }
  const { windowMs } = algorithm;
  const start = nowMs - (nowMs % windowMs);
  return [start, start + windowMs, start + 2 * windowMs];
}
