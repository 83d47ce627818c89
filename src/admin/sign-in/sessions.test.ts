import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSessions } from './sessions.ts';
import type { Grant } from './visitor.ts';

const GRANT: Grant = { name: 'on-call', role: 'viewer', output: false };

test('a session is found until its time is up, however much it is used', () => {
  let nowMs = 0;
  const sessions = createSessions({ lifetimeMs: 1_000, randomBytes, now: () => nowMs });
  const { session } = sessions.begin(GRANT);
  const id = session?.id ?? '';
  nowMs = 999;
  expect(sessions.find(id)).toEqual({ ...GRANT, via: 'session', session: { id, expiresAtMs: 1_000 } });
  nowMs = 1_000;
  expect(sessions.find(id)).toBeUndefined();
});

test('one that was ended is not found, nor one that never was', () => {
  const sessions = createSessions({ lifetimeMs: 1_000, randomBytes, now: () => 0 });
  const id = sessions.begin(GRANT).session?.id ?? '';
  sessions.end(id);
  expect([sessions.find(id), sessions.find(''), sessions.find('x')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('ids are long and never the same', () => {
  const sessions = createSessions({ lifetimeMs: 1_000, randomBytes, now: () => 0 });
  const ids = Array.from({ length: 50 }, () => sessions.begin(GRANT).session?.id ?? '');
  expect(new Set(ids).size).toBe(50);
  expect(ids.every((id) => /^[\w-]{43}$/.test(id))).toBe(true);
});

test('of a token there are no more than may be: over it its own oldest ends, and nobody else is signed out', () => {
  const sessions = createSessions({ lifetimeMs: 1_000, randomBytes, now: () => 0, maxSessions: 2 });
  const begin = (name: string) => sessions.begin({ ...GRANT, name }).session?.id ?? '';
  const ids = [begin('lead'), begin('on-call'), begin('on-call'), begin('on-call')];
  expect(ids.map((id) => sessions.find(id) !== undefined)).toEqual([true, false, true, true]);
});
