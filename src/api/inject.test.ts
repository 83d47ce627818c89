import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadConfig } from '../config/index.ts';
import { createInject } from './inject.ts';

const CONFIG = [
  'tiers={pro: {systemPrefix: Of the tier.}, free: {}}',
  'routes={submit: {systemPrefix: Of the route.}, reports: {paths: [/claude/reports/invoke], methods: [POST], kind: submit, ' +
    'systemPrefix: Of reports., template: {prompt: "About {{context.repository}}: {{prompt}}", system: "<{{system}}>"}}}',
];
const inject = createInject(loadConfig({ dataDir: '.', cwd: '.', set: CONFIG }));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const prefix = (from: string, name: string, text: string) => ({
  ...{ source: 'systemPrefix', from, name, sha256: sha256(text) },
});

test("the tier's prefix comes first, then the route's, then what the caller sent", () => {
  const { request, injected } = inject(
    { prompt: 'hi', system: 'Be brief.' },
    { route: 'submit', tier: 'pro' },
  );
  expect(request).toEqual({ prompt: 'hi', system: 'Of the tier.\n\nOf the route.\n\nBe brief.' });
  expect(injected).toEqual([
    prefix('tier', 'pro', 'Of the tier.'),
    prefix('route', 'submit', 'Of the route.'),
  ]);
});

test('a prefix is the whole system prompt where the caller sent none', () => {
  expect(inject({ prompt: 'hi' }, { route: 'submit', tier: 'free' }).request).toEqual({
    prompt: 'hi',
    system: 'Of the route.',
  });
});

test('a template wraps what the caller sent, and the prefix stands before it', () => {
  const sent = { prompt: 'Fix it.', system: 'Be brief.', context: { repository: 'acme/shop' }, max_turns: 3 };
  const { request, injected } = inject(sent, { route: 'reports', tier: 'free' });
  expect(request).toEqual({
    ...sent,
    prompt: 'About acme/shop: Fix it.',
    system: 'Of reports.\n\n<Be brief.>',
  });
  const template = (field: string, text: string) => ({
    ...{ source: 'template', from: 'route', name: 'reports', field, sha256: sha256(text) },
  });
  expect(injected).toEqual([
    prefix('route', 'reports', 'Of reports.'),
    template('system', '<{{system}}>'),
    template('prompt', 'About {{context.repository}}: {{prompt}}'),
  ]);
});

test('what the caller sent is text, also where it looks like a place of a template', () => {
  const sent = {
    prompt: '{{context.branch}} $& {{prompt}}',
    context: { repository: '{{system}}', branch: 'b' },
  };
  expect(inject(sent, { route: 'reports', tier: 'free' }).request).toMatchObject({
    prompt: 'About {{system}}: {{context.branch}} $& {{prompt}}',
    system: 'Of reports.\n\n<>',
  });
});

test('where nothing is configured the request stays as it is', () => {
  const request = { prompt: 'hi' };
  expect(inject(request, { route: 'read', tier: 'free' })).toEqual({ request, injected: [] });
  expect(inject(request, { route: 'constructor', tier: '__proto__' })).toEqual({ request, injected: [] });
});

test('no text of the configuration is in what is recorded', () => {
  const { injected } = inject({ prompt: 'hi' }, { route: 'reports', tier: 'pro' });
  expect(JSON.stringify(injected)).not.toMatch(/Of |About/);
});
