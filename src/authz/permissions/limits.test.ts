import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/index.ts';
import { effectiveLimits, tierLimits } from './limits.ts';

describe('of what a tier and a credential allow the stricter counts', () => {
  test.each([
    ['nothing is limited', {}, {}, {}],
    [
      "the tier's alone",
      { maxTokens: 10, maxTurns: 2, models: ['a'] },
      {},
      { maxTokens: 10, maxTurns: 2, models: ['a'] },
    ],
    [
      "the credential's alone",
      {},
      { maxTokensPerRequest: 5, allowedSkills: ['x'], allowedModels: ['a'] },
      { maxTokens: 5, skills: ['x'], models: ['a'] },
    ],
    ['the smaller number of the tier', { maxTokens: 4 }, { maxTokensPerRequest: 5 }, { maxTokens: 4 }],
    ['the smaller number of the credential', { maxTokens: 6 }, { maxTokensPerRequest: 5 }, { maxTokens: 5 }],
    ['what is in both lists', { skills: ['a', 'b'] }, { allowedSkills: ['b', 'c'] }, { skills: ['b'] }],
    [
      'nothing, where the lists have nothing in common',
      { models: ['a'] },
      { allowedModels: ['b'] },
      { models: [] },
    ],
  ])('%s', (_, tier, credential, limits) => {
    expect(effectiveLimits(tier, credential)).toEqual(limits);
  });

  test('whatever they are: what passes both, and nothing else, passes', () => {
    const names = fc.subarray(['a', 'b', 'c']);
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    fc.assert(
      fc.property(
        optional(fc.nat()),
        optional(fc.nat()),
        optional(names),
        optional(names),
        (x, y, these, those) => {
          const limits = effectiveLimits(
            { ...(x !== undefined && { maxTokens: x }), ...(these && { skills: these }) },
            { ...(y !== undefined && { maxTokensPerRequest: y }), ...(those && { allowedSkills: those }) },
          );
          for (const tokens of [0, x ?? 1, y ?? 1, (x ?? 0) + 1, (y ?? 0) + 1]) {
            expect(tokens <= (limits.maxTokens ?? Infinity)).toBe(
              tokens <= (x ?? Infinity) && tokens <= (y ?? Infinity),
            );
          }
          for (const skill of ['a', 'b', 'c']) {
            expect(limits.skills?.includes(skill) ?? true).toBe(
              (these?.includes(skill) ?? true) && (those?.includes(skill) ?? true),
            );
          }
        },
      ),
    );
  });
});

test('every tier has limits, of which the configuration says the figures', () => {
  const config = loadConfig({
    set: [
      'permissions.tiers={free: {maxTokensPerRequest: 4000, maxTimeout: 90s, maxTurns: 3, allowedSkills: [tdd], allowedModels: []}}',
    ],
    dataDir: '.',
    cwd: '.',
  });
  expect([...tierLimits(config)]).toEqual([
    ['free', { maxTokens: 4000, maxTurns: 3, maxTimeoutS: 90, skills: ['tdd'], models: [] }],
    ['standard', {}],
    ['pro', {}],
    ['team', {}],
    ['enterprise', {}],
  ]);
});
