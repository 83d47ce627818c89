import { expect, it } from 'vitest';
import { createHealth } from './health.ts';

function healthOf(requireStore: boolean, requireRules: boolean) {
  const state = { store: true, rules: true };
  const told: boolean[] = [];
  const health = createHealth({
    requireStore,
    requireRules,
    isStoreReady: () => state.store,
    hasRules: () => state.rules,
    onChange: (healthy) => told.push(healthy),
  });
  const set = (change: Partial<typeof state>) => {
    Object.assign(state, change);
    health.look();
    return health.isHealthy();
  };
  return { health, set, told };
}

it('does not look at the store or the rules unless that is asked for', () => {
  const { set } = healthOf(false, false);
  expect(set({ store: false, rules: false })).toBe(true);
});

it('follows the store and the rules where that is asked for, and tells changes once', () => {
  const { set, told } = healthOf(true, true);
  expect([set({}), set({ store: false }), set({}), set({ store: true }), set({ rules: false })]).toEqual([
    ...[true, false, false, true, false],
  ]);
  expect(told).toEqual([true, false, true, false]);
});

it('ends unhealthy', () => {
  const { health, told } = healthOf(false, false);
  health.look();
  health.close();
  expect([health.isHealthy(), ...told]).toEqual([false, true, false]);
});
