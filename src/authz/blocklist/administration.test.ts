import { beforeEach, describe, expect, test } from 'vitest';
import { type BlocklistAdministration, createBlocklistAdministration } from './administration.ts';
import { type BlockTerms, fieldOf } from './entry.ts';

const NOW_MS = Date.parse('2026-01-02T00:00:00Z');
let nowMs: number;
let entries: Map<string, BlockTerms>;
/** With how many entries there were just then. */
let audited: object[];
let administration: BlocklistAdministration;
beforeEach(() => {
  nowMs = NOW_MS;
  entries = new Map();
  audited = [];
  administration = administer();
});

function administer(issuers: { leewayMs?: number; clientPrefixes?: string[] } = {}): BlocklistAdministration {
  return createBlocklistAdministration({
    store: {
      async add({ target, ...terms }) {
        if (entries.size >= 2) return false;
        entries.set(fieldOf(target), terms);
        return true;
      },
      has: async (target) => entries.has(fieldOf(target)),
      remove: async (target) => entries.delete(fieldOf(target)),
      all: async () => entries,
    },
    audit: async (action) => void audited.push({ ...action, entries: entries.size }),
    maxEntries: 2,
    leewayMs: 0,
    clientPrefixes: [],
    ...issuers,
    now: () => nowMs,
  });
}

test('what is blocked is listed, oldest first, until its end', async () => {
  await administration.block({ target: { kind: 'jti', value: 'a' }, untilMs: NOW_MS + 10 });
  nowMs += 5;
  await administration.block({
    target: { kind: 'subject', value: 'service-a', tenant: 'acme' },
    issuedBeforeMs: NOW_MS,
  });
  expect(await administration.list()).toEqual([
    { target: { kind: 'jti', value: 'a' }, untilMs: NOW_MS + 10, blockedMs: NOW_MS },
    {
      target: { kind: 'subject', value: 'service-a', tenant: 'acme' },
      issuedBeforeMs: NOW_MS,
      blockedMs: NOW_MS + 5,
    },
  ]);
  nowMs += 5;
  expect(await administration.list()).toMatchObject([{ target: { kind: 'subject' } }]);
});

test('what is blocked can be taken off once', async () => {
  await administration.block({ target: { kind: 'key_id', value: 'key_1' } });
  expect(await administration.unblock({ kind: 'key_id', value: 'key_1' })).toBe(true);
  expect(await administration.unblock({ kind: 'key_id', value: 'key_1' })).toBe(false);
});

test('a fingerprint is the same however it is written', async () => {
  const hex = 'ab'.repeat(32);
  const asPrinted = hex.toUpperCase().match(/../g)?.join(':');
  await administration.block({ target: { kind: 'fingerprint', value: asPrinted ?? '' } });
  expect(await administration.unblock({ kind: 'fingerprint', value: hex })).toBe(true);
});

test('a full list is an error that says what to do', async () => {
  for (const value of ['a', 'b']) await administration.block({ target: { kind: 'jti', value } });
  await expect(administration.block({ target: { kind: 'jti', value: 'c' } })).rejects.toMatchObject({
    code: 'blocklist_full',
    message: expect.stringMatching(/2 entries.*identity\.blocklist\.maxEntries.*tokens unblock/),
  });
});

describe('refused is', () => {
  test.each([
    ['an end that is past', { target: { kind: 'jti', value: 'a' }, untilMs: NOW_MS }],
    ['nothing', { target: { kind: 'jti', value: '' } }],
    ['a text that is no token’s name', { target: { kind: 'jti', value: 'x'.repeat(513) } }],
    ['a fingerprint that is too short', { target: { kind: 'fingerprint', value: 'ab' } }],
    ['a tenant that is none', { target: { kind: 'subject', value: 'a', tenant: '*' } }],
  ] as const)('%s', async (_, request) => {
    await expect(administration.block(request)).rejects.toMatchObject({ code: 'invalid_block' });
    expect(entries.size).toBe(0);
  });
});

test('a jti and a subject may be written as the token has them, or as the log names them', async () => {
  for (const kind of ['jti', 'subject'] as const) {
    const { target } = await administration.block({ target: { kind, value: 'auth0|abc' } });
    expect(target.value).toMatch(/^auth0-abc[.][0-9a-v]{26}$/);
    expect(await administration.unblock({ kind, value: target.value })).toBe(true);
  }
});

test.each([
  ['a token', { target: { kind: 'jti', value: 'a' } }, 5_000],
  ['what a client has had', { target: { kind: 'subject', value: 'a' }, issuedBeforeMs: NOW_MS }, 5_000],
  ['a client', { target: { kind: 'subject', value: 'a' } }, 0],
  ['a key', { target: { kind: 'key_id', value: 'a' } }, 0],
] as const)(
  'the entry of %s is kept for as long as an expired token may count',
  async (_, request, extraMs) => {
    const untilMs = NOW_MS + 10;
    const entry = await administer({ leewayMs: 5_000 }).block({ ...request, untilMs });
    expect(entry.untilMs).toBe(untilMs + extraMs);
  },
);

describe('a subject as the token has it', () => {
  const target = { kind: 'subject', value: 'auth0|abc' } as const;

  test('is blocked under the name that its one issuer has for it', async () => {
    const entry = await administer({ clientPrefixes: ['ext-'] }).block({ target });
    expect(entry.target.value).toMatch(/^ext-auth0-abc[.][0-9a-v]{26}$/);
  });

  test('that issuers have several names for is refused with all of them', async () => {
    await expect(administer({ clientPrefixes: ['', 'ext-'] }).block({ target })).rejects.toMatchObject({
      code: 'invalid_block',
      message: expect.stringMatching(/ auth0-abc[.]\w{26} or ext-auth0-abc[.]\w{26}/),
    });
    expect(entries.size).toBe(0);
  });
});

test('each change is written down before it is made', async () => {
  const target = { kind: 'subject', value: 'service-a', tenant: 'acme' } as const;
  await administration.block({ target, issuedBeforeMs: NOW_MS, untilMs: NOW_MS + 60_000 });
  await administration.unblock(target);
  expect(await administration.unblock(target)).toBe(false);
  expect(audited).toEqual([
    {
      action: 'block.add',
      target: 'subject:acme/service-a',
      details: { issuedBefore: '2026-01-02T00:00:00.000Z', until: '2026-01-02T00:01:00.000Z' },
      entries: 0,
    },
    { action: 'block.remove', target: 'subject:acme/service-a', entries: 1 },
  ]);
});
