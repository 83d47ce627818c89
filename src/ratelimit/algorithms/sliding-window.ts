import type { SlidingWindow } from './algorithm.ts';
import type { Counter } from './counter.ts';

/**
 * Slots in a window. Hits of one slot are counted together, so that a bucket is never longer than this, however many hits
 * it holds; a hit counts for at most this part of the window too long.
 */
export const SLOTS = 20;

export function slotMs(windowMs: number): number {
  return Math.ceil(windowMs / SLOTS);
}

/**
 * Sliding windows. A slot counts until its last moment is a whole window ago, so that no interval of a window's length
 * holds more than the limit. The usual estimate from two counters would be smaller, but admits up to twice the limit
 * where the hits came at the end of the window before.
 */
export function createSlidingWindow({ windowMs }: SlidingWindow): Counter {
  const width = slotMs(windowMs);
  const leavesAtMs = (slot: number) => (slot + 1) * width + windowMs;
  /** Oldest first. */
  let slots: { slot: number; hits: number }[] = [];
  let nowMs = 0;
  const used = () => slots.reduce((sum, { hits }) => sum + hits, 0);
  return {
    get used() {
      return used();
    },
    moveTo(time) {
      nowMs = time;
      slots = slots.filter(({ slot }) => leavesAtMs(slot) > time);
    },
    charge(hits) {
      const slot = Math.floor(nowMs / width);
      const last = slots.at(-1);
      // Also where the clock has stepped back behind the newest slot.
      if (last !== undefined && last.slot >= slot) last.hits += hits;
      else slots.push({ slot, hits });
    },
    giveBack(hits, chargedAtMs) {
      const only = chargedAtMs === undefined ? undefined : Math.floor(chargedAtMs / width);
      let left = hits;
      for (const entry of slots.toReversed()) {
        if (only !== undefined && entry.slot !== only) continue;
        const given = Math.min(entry.hits, left);
        entry.hits -= given;
        left -= given;
      }
      slots = slots.filter((entry) => entry.hits > 0);
    },
    waitMs(over, need, capacity) {
      let excess = over ? used() + need - capacity : Number.POSITIVE_INFINITY;
      if (excess <= 0) return 0;
      const last = slots.at(-1);
      if (last === undefined) return over ? windowMs : 0;
      const enough = slots.find((entry) => {
        excess -= entry.hits;
        return excess <= 0;
      });
      return leavesAtMs((enough ?? last).slot) - nowMs;
    },
  };
}
