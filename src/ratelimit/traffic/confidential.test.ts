import { describe, expect, it } from 'vitest';
import { createConceal } from './confidential.ts';

describe('what is recorded of an entry', () => {
  it.each([
    ['authorization', 'Basic dXNlcjpwYXNz'],
    ['x-api-key', 'abc'],
    ['api_key', 'abc'],
    ['ApiKey', 'abc'],
    ['session_id', 'abc'],
    ['user_email', 'somebody@company.example'],
    ['remote_address', '203.0.113.7'],
    ['custom', 'named by the operator'],
    ['generic_key', 'Bearer abc'],
    ['generic_key', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.abc'],
    ['generic_key', `sk-ant-${'x'.repeat(20)}`],
    ['generic_key', `gatehouse_${'x'.repeat(49)}`],
  ])('is a digest in place of a secret or a person: %s=%s', (key, value) => {
    const concealed = createConceal(['custom'])({ key, value });
    expect(concealed.key).toBe(key);
    expect(concealed.value).toMatch(/^concealed-[\w-]{22}$/);
    expect(concealed.value).not.toContain(value);
  });

  it.each([
    ['client', 'service-a'],
    ['tenant', 'acme'],
    ['tier', 'pro'],
    ['path', '/claude/invoke'],
    ['generic_key', 'gatehouse'],
  ])('is the entry itself where limits need it: %s=%s', (key, value) => {
    expect(createConceal([])({ key, value })).toEqual({ key, value });
  });

  it('is the same for the same value within a process, and another one in the next', () => {
    const entry = { key: 'authorization', value: 'abc' };
    const conceal = createConceal([]);
    expect(conceal(entry)).toEqual(conceal(entry));
    expect(conceal(entry)).not.toEqual(conceal({ ...entry, value: 'abd' }));
    expect(conceal(entry)).not.toEqual(createConceal([])(entry));
  });
});
