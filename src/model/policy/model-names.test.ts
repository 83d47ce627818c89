import { describe, expect, it } from 'vitest';
import { isNamed, mappedModel, mayAsk } from './model-names.ts';

const RULES = { helperModels: ['claude-haiku-*'], otherModels: 'refuse' } as const;

describe('the name of a model', () => {
  it.each([
    ['sonnet', 'claude-sonnet-5-5', true],
    ['sonnet', 'claude-3-7-sonnet-20250219', true],
    ['sonnet[1m]', 'claude-sonnet-5-5', true],
    ['sonnet', 'claude-opus-5-5', false],
    ['opusplan', 'claude-opus-5-5', true],
    ['opusplan', 'claude-sonnet-5-5', true],
    ['opusplan', 'claude-haiku-5-5', false],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929', true],
    ['claude-sonnet-4', 'claude-sonnet-4-5', false],
    ['claude-sonnet-4', 'claude-sonnet-4-5-20250929', false],
    ['claude-sonnet-5-5', 'claude-sonnet-5-5', true],
    ['claude', 'claude-sonnet-5-5', false],
    ['sonnet', 'gpt-sonnet', false],
    ['our-own', 'our-own', true],
  ])('%s stands for %s: %s', (named, wire, expected) => {
    expect(isNamed(named, wire)).toBe(expected);
  });
});

describe('a job', () => {
  const job = { model: 'sonnet', allowedModels: undefined };

  it("may ask for its own model and for Claude Code's helpers, and for nothing else", () => {
    expect(mayAsk('claude-sonnet-5-5', job, RULES)).toBe(true);
    expect(mayAsk('claude-haiku-5-5', job, RULES)).toBe(true);
    expect(mayAsk('claude-opus-5-5', job, RULES)).toBe(false);
    expect(mayAsk('claude-haiku-5-5', job, { ...RULES, helperModels: [] })).toBe(false);
  });

  it('may ask for what its caller is allowed, where the configuration says so', () => {
    const rules = { ...RULES, otherModels: 'permitted' } as const;
    expect(mayAsk('claude-opus-5-5', job, rules)).toBe(true);
    expect(mayAsk('claude-opus-5-5', { ...job, allowedModels: ['sonnet'] }, rules)).toBe(false);
    expect(mayAsk('claude-opus-5-5', { ...job, allowedModels: ['sonnet', 'opus'] }, rules)).toBe(true);
  });

  it('may not ask for a model that its caller is not allowed, though it is its own', () => {
    expect(mayAsk('claude-sonnet-5-5', { model: 'sonnet', allowedModels: ['haiku'] }, RULES)).toBe(false);
    expect(mayAsk('claude-sonnet-5-5', { model: 'sonnet', allowedModels: ['sonnet'] }, RULES)).toBe(true);
    const byFullName = { model: 'sonnet', allowedModels: ['claude-sonnet-5-5'] };
    expect(mayAsk('claude-sonnet-5-5', byFullName, RULES)).toBe(true);
  });
});

describe('a mapping', () => {
  const mapping = new Map([
    ['claude-opus-*', 'claude-sonnet-5-5'],
    ['claude-opus-5-5', 'ours'],
    ['*', 'any'],
  ]);
  it.each([
    ['claude-opus-5-5', 'ours'],
    ['claude-opus-4', 'claude-sonnet-5-5'],
    ['claude-haiku-5-5', 'any'],
  ])('makes of %s %s: what says most of the name counts', (model, expected) => {
    expect(mappedModel(model, mapping)).toBe(expected);
  });
  it('leaves alone what it does not name', () => {
    expect(mappedModel('x', new Map())).toBe('x');
  });
});
