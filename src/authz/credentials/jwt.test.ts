import { createHmac, hash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { defaultSubject } from '../../config/index.ts';
import type { RequestFacts } from '../check-request.ts';
import type { AlgorithmName } from '../jwt/algorithm.ts';
import { type KeySet, keySetFromSecret } from '../jwt/key-set.ts';
import type { Authentication } from './credential.ts';
import { createJwtMethod } from './jwt.ts';
import type { CredentialMethod } from './method.ts';

const ISSUER = 'https://issuer.example';
const NOW_MS = 1_800_000_000_000;
const SECRET = Buffer.from('the secret of this very unit test');
const algorithms = new Set<AlgorithmName>(['HS256']);
const facts = {} as RequestFacts;

let nowMs: number;
let keys: KeySet | undefined;
/** What the issuer has when it is asked next; undefined while it is down. */
let issued: KeySet | undefined;
let refreshes: number;
let judged: string[];
let held: Map<string, () => number>;
let method: CredentialMethod;
beforeEach(() => {
  nowMs = NOW_MS;
  keys = keySetFromSecret(SECRET, algorithms);
  issued = keys;
  refreshes = 0;
  judged = [];
  held = new Map();
  method = create();
});

function create(takesForeign = true): CredentialMethod {
  const rules = {
    ...{ issuer: ISSUER, audiences: new Set(['gatehouse']), algorithms, types: new Set(['jwt']) },
    ...{ leewayMs: 0, maxAgeMs: undefined, subject: defaultSubject },
  };
  const source = {
    current: () => keys,
    async refresh() {
      refreshes += 1;
      await Promise.resolve();
      if (issued === undefined) return false;
      keys = issued;
      return true;
    },
    close() {},
  };
  return createJwtMethod({
    issuers: [{ rules, keys: source }],
    maxTokenBytes: 4096,
    cache: { maxEntries: 100, negativeTtlMs: 5000 },
    maxWaitMs: 1000,
    takesForeign,
    metrics: {
      tokenJudged: (_, outcome) => void judged.push(outcome),
      watchEntries: (what, size) => void held.set(what, size),
    },
    now: () => nowMs,
  });
}

function token(claims: object = {}, secret: Buffer = SECRET): string {
  const exp = NOW_MS / 1000 + 60;
  const payload = { iss: ISSUER, aud: 'gatehouse', sub: 'user-789', exp, ...claims };
  const input = [{ alg: 'HS256' }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

const send = (text: string) => method.authenticate({ kind: 'token', token: text }, facts);
const reasonOf = (answer: Authentication) => ('reason' in answer ? answer.reason : answer.kind);

describe('a token', () => {
  test('is verified once, and then known, at once and without asking anybody', () => {
    const text = token();
    const answers = Array.from({ length: 5 }, () => send(text));
    for (const answer of answers) expect(answer).toMatchObject({ kind: 'authenticated' });
    expect(judged).toEqual(['verified']);
    expect(refreshes).toBe(0);
  });

  test('is known no longer than it counts', () => {
    const text = token();
    send(text);
    nowMs += 59_999;
    expect(send(text)).toMatchObject({ kind: 'authenticated' });
    nowMs += 1;
    expect(send(text)).toMatchObject({ reason: 'token_expired', principal: { client: 'user-789' } });
  });

  test('is known no longer than its key', () => {
    const text = token();
    send(text);
    keys = keySetFromSecret(Buffer.from('another secret of this unit test!'), algorithms);
    issued = keys;
    return expect(Promise.resolve(send(text)).then(reasonOf)).resolves.toBe('token_signature');
  });

  test('is judged by its claims again when it comes the second time', () => {
    const text = token({ iat: NOW_MS / 1000 });
    expect(send(text)).toMatchObject({ kind: 'authenticated' });
    nowMs += 60_000;
    expect(send(text)).toMatchObject({ reason: 'token_expired' });
  });

  test('that is refused is verified again only after a while, and when the keys have changed', async () => {
    const next = Buffer.from('the next secret, of the same test');
    const text = token({}, next);
    for (let time = 0; time < 20; time += 1) expect(reasonOf(await send(text))).toBe('token_signature');
    expect(judged).toHaveLength(1);
    nowMs += 5000;
    expect(reasonOf(await send(text))).toBe('token_signature');
    expect(judged).toHaveLength(2);
    keys = keySetFromSecret(next, algorithms);
    expect(await send(text)).toMatchObject({ kind: 'authenticated' });
  });

  test('whose time has not come is not remembered as refused', () => {
    const text = token({ nbf: NOW_MS / 1000 + 1 });
    expect(send(text)).toMatchObject({ reason: 'token_not_yet_valid' });
    nowMs += 1000;
    expect(send(text)).toMatchObject({ kind: 'authenticated' });
  });

  test('that comes many times before there are keys waits for them once', async () => {
    keys = undefined;
    const text = token();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(text)));
    expect(new Set(answers.map(reasonOf))).toEqual(new Set(['authenticated']));
    expect(refreshes).toBe(1);
    expect(judged).toEqual(['verified']);
  });

  test('is neither refused nor remembered while its issuer is down', async () => {
    keys = undefined;
    issued = undefined;
    expect(await send(token())).toEqual({ kind: 'unavailable', reason: 'issuer_unavailable' });
    issued = keySetFromSecret(SECRET, algorithms);
    expect(await send(token())).toMatchObject({ kind: 'authenticated' });
  });

  test('does not wait when a thousand others do', async () => {
    keys = undefined;
    issued = undefined;
    const waiting = Array.from({ length: 1000 }, (_, n) => send(token({ n })));
    expect(send(token({ n: 'one more' }))).toEqual({ kind: 'unavailable', reason: 'issuer_unavailable' });
    await Promise.all(waiting);
  });

  test('of the good and of the bad ones so many are held, and no more', () => {
    for (let n = 0; n < 300; n += 1) {
      send(token({ n }));
      send(token({ n, aud: 'other' }));
    }
    expect([...held].map(([what, size]) => [what, size()])).toEqual([
      ['verified_tokens', 100],
      ['refused_tokens', 100],
    ]);
  });

  test('that is good is not pushed out by bad ones', () => {
    const good = token();
    send(good);
    for (let n = 0; n < 300; n += 1) send(token({ n, aud: 'other' }));
    judged.length = 0;
    expect(send(good)).toMatchObject({ kind: 'authenticated' });
    expect(judged).toEqual([]);
  });
});

describe('a token is recalled by its SHA-256', () => {
  const recall = (text: string) => method.recall?.(hash('sha256', text, 'latin1'));

  test('once it came twice, as long as it and its key count', () => {
    const text = token();
    expect(recall(text)).toBeUndefined();
    send(text);
    expect(recall(text)).toBeUndefined();
    send(text);
    expect(recall(text)).toMatchObject({ kind: 'authenticated', principal: { client: 'user-789' } });
    expect(judged).toEqual(['verified']);
    nowMs += 60_000;
    expect(recall(text)).toBeUndefined();
  });

  test('also after any number that came once, if it comes again among them', () => {
    const text = token();
    send(text);
    send(text);
    for (let n = 0; n < 1000; n += 1) {
      send(token({ n }));
      if (n % 50 === 0) expect(recall(text)).toBeDefined();
    }
    expect(held.get('verified_tokens')?.()).toBe(100);
  });

  test('not when its key was withdrawn', () => {
    const text = token();
    send(text);
    send(text);
    expect(recall(text)).toBeDefined();
    keys = keySetFromSecret(Buffer.from('another secret of this unit test!'), algorithms);
    expect(recall(text)).toBeUndefined();
  });

  test('not when it was refused', () => {
    const text = token({ aud: 'other' });
    send(text);
    send(text);
    expect(recall(text)).toBeUndefined();
  });
});

describe('whose a token is', () => {
  const recognises = (text: string) => method.recognises({ kind: 'token', token: text });

  test('is told by its form, where no other method takes the rest', () => {
    expect(recognises(token())).toBe(true);
    expect(recognises(token({ iss: 'https://other.example' }))).toBe(true);
    for (const text of ['opaque', 'gatehouse_x', 'a.b', 'a.b.c.d', '.b.c'])
      expect(recognises(text)).toBe(false);
    expect(method.recognises({ kind: 'none' })).toBe(false);
  });

  test('is told by its issuer as well, where another method takes the rest', () => {
    method = create(false);
    expect(recognises(token())).toBe(true);
    expect(recognises(token({ iss: 'https://other.example' }))).toBe(false);
    expect(recognises(token({ iss: 7 }))).toBe(false);
    expect(recognises('a.b.c')).toBe(false);
  });
});
