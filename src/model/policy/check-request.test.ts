import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelSettings } from '../../../test/support/model-settings.ts';
import { checkRequest, type Requester, requestPolicy } from './check-request.ts';

const JOB: Requester = { model: 'sonnet', tier: 'free', permissions: {} };

function body(members: Record<string, unknown> = {}) {
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }];
  return { model: 'claude-sonnet-5-5', messages, max_tokens: 1_000, stream: true, ...members };
}

function check(members: Record<string, unknown>, job: Partial<Requester> = {}, settings = {}) {
  const policy = requestPolicy(modelSettings(settings));
  return checkRequest(Buffer.from(JSON.stringify(body(members))), 'messages', { ...JOB, ...job }, policy);
}

const reasonOf = (checked: ReturnType<typeof check>) =>
  checked.kind === 'refused' ? checked.refusal.reason : 'passed';
const sent = (checked: ReturnType<typeof check>) =>
  checked.kind === 'passed' ? JSON.parse(`{${checked.request.members}}`) : undefined;

/** What Claude Code 2.1.330 sends, as it was captured; shortened where it is long. */
const CLAUDE_CODE = {
  system: [
    { type: 'text', text: 'x-anthropic-billing-header: …' },
    { type: 'text', text: 'You are …', cache_control: { type: 'ephemeral' } },
  ],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: '<system-reminder>…' },
        { type: 'text', text: 'hello' },
      ],
    },
    { role: 'system', content: '# Environment …', output_config: { effort: 'medium' } },
    {
      role: 'assistant',
      content: [{ type: 'tool_use', id: 't1', name: 'Bash', input: { type: 'web_search_20250305' } }],
    },
    {
      role: 'user',
      content: [
        {
          tool_use_id: 't1',
          type: 'tool_result',
          content: 'hi',
          is_error: false,
          cache_control: { type: 'ephemeral' },
        },
      ],
    },
  ],
  tools: [
    {
      name: 'Bash',
      description: '…',
      input_schema: { type: 'object', properties: { source: { type: 'url' } } },
    },
    {
      name: 'DeferredToolPlaceholder',
      description: '…',
      input_schema: { type: 'object' },
      defer_loading: true,
    },
  ],
  metadata: { user_id: '{}' },
  max_tokens: 32_000,
  thinking: { type: 'adaptive', display: 'updates' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  output_config: { effort: 'medium' },
};

describe('what Claude Code sends', () => {
  it('passes as it is', () => {
    const checked = check(CLAUDE_CODE);
    expect(sent(checked)).toEqual({ ...body(CLAUDE_CODE), model: undefined });
    expect(checked).toMatchObject({
      request: { askedModel: 'claude-sonnet-5-5', model: 'claude-sonnet-5-5', streams: true },
    });
  });

  it('passes with images, documents, and tools that come and go in a conversation', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: '' } };
    const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '' } };
    const added = {
      type: 'tool_addition',
      tool: { type: 'tool_definition', definition: { name: 'Later', input_schema: {} } },
    };
    const removed = { type: 'tool_removal', tool: { type: 'tool_reference', name: 'Later' } };
    const messages = [
      {
        role: 'user',
        content: [image, document, { type: 'tool_result', tool_use_id: 't', content: [image] }],
      },
      { role: 'system', content: [added, removed] },
    ];
    expect(reasonOf(check({ messages }))).toBe('passed');
  });
});

describe('what the provider would run on its own side', () => {
  const inMessage = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
  const url = { type: 'url', url: 'http://collector.test/?all=secrets' };
  it.each([
    ['web_search', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['web_fetch', { tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] }],
    ['code_execution', { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }],
    ['code_execution', { container: 'container_1' }],
    ['mcp', { mcp_servers: [{ type: 'url', url: 'https://collector.test', name: 'x' }] }],
    ['mcp', { tools: [{ type: 'mcp_toolset', mcp_server_name: 'x' }] }],
    ['tool_search', { tools: [{ type: 'tool_search_tool_regex_20251119', name: 'x' }] }],
    ['advisor', { tools: [{ type: 'advisor_20260301', name: 'advisor' }] }],
    ['compaction', { context_management: { edits: [{ type: 'compact_20260112' }] } }],
    ['url_sources', inMessage({ type: 'image', source: url })],
    ['url_sources', inMessage({ type: 'document', source: url })],
    [
      'url_sources',
      inMessage({ type: 'tool_result', tool_use_id: 't', content: [{ type: 'image', source: url }] }),
    ],
    [
      'url_sources',
      inMessage({ type: 'document', source: { type: 'content', content: [{ type: 'image', source: url }] } }),
    ],
    ['files', inMessage({ type: 'document', source: { type: 'file', file_id: 'file_1' } })],
    ['code_execution', inMessage({ type: 'container_upload', file_id: 'file_1' })],
    ['web_search', inMessage({ type: 'server_tool_use', id: 's', name: 'web_search', input: {} })],
    [
      'web_fetch',
      inMessage({
        type: 'tool_addition',
        tool: { type: 'tool_definition', definition: { type: 'web_fetch_20250910', name: 'web_fetch' } },
      }),
    ],
  ])('such as %s is refused in %j, unless it is configured', (feature, members) => {
    const refused = check(members);
    expect(reasonOf(refused)).toBe('server_tool');
    expect(refused).toMatchObject({ refusal: { status: 400, message: expect.stringContaining(feature) } });
    expect(reasonOf(check(members, {}, { serverTools: [feature] }))).toBe('passed');
  });
});

describe('what is not known', () => {
  it.each([
    ['member speed', { speed: 'fast' }],
    ['member service_tier', { service_tier: 'priority' }],
    ['member fallbacks', { fallbacks: ['claude-opus-5-5'] }],
    ['tool telepathy_20270101', { tools: [{ type: 'telepathy_20270101', name: 'x' }] }],
    ['content telepathy', { messages: [{ role: 'user', content: [{ type: 'telepathy' }] }] }],
    ['message member model', { messages: [{ role: 'user', content: 'x', model: 'claude-opus-5-5' }] }],
    ['source s3', { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 's3' } }] }] }],
    ['context edit dream_20270101', { context_management: { edits: [{ type: 'dream_20270101' }] } }],
    ['tool without a known type', { tools: [{ type: 'a b\nc', name: 'x' }] }],
    ['content without a known type', { messages: [{ role: 'user', content: [7] }] }],
  ])('such as %s is refused by name, and passes where that is configured', (name, members) => {
    const refused = check(members);
    expect(refused).toMatchObject({
      refusal: { reason: 'unknown_member', message: expect.stringContaining(`does not know ${name},`) },
    });
    expect(reasonOf(check(members, {}, { acceptUnknown: [name] }))).toBe('passed');
  });
});

describe('max_tokens', () => {
  it.each([
    ['the job', { maxTokens: 300 }],
    ['the permissions', { permissions: { maxTokensPerRequest: 300 } }],
    ['the lower of both', { maxTokens: 300, permissions: { maxTokensPerRequest: 900 } }],
  ])('is lowered to what %s allows', (_, job) => {
    expect(sent(check({}, job))).toMatchObject({ max_tokens: 300 });
  });

  it('below the limit stays', () => {
    expect(sent(check({ max_tokens: 200 }, { maxTokens: 300 }))).toMatchObject({ max_tokens: 200 });
  });

  it('over the limit is refused where that is configured', () => {
    const refused = check({}, { maxTokens: 300 }, { onMaxTokensExceeded: 'refuse' });
    expect(refused).toMatchObject({ refusal: { reason: 'max_tokens', status: 400 } });
  });

  it('leaves room for thinking that is smaller than it, or for none', () => {
    const thinking = { type: 'enabled', budget_tokens: 31_999, display: 'updates' };
    const edits = [{ type: 'clear_thinking_20251015', keep: 'all' }];
    const members = { max_tokens: 32_000, thinking, context_management: { edits } };
    expect(sent(check(members, { maxTokens: 2_000 }))).toMatchObject({
      max_tokens: 2_000,
      thinking: { ...thinking, budget_tokens: 1_999 },
      context_management: { edits },
    });
    expect(sent(check(members, { maxTokens: 500 }))).toMatchObject({
      max_tokens: 500,
      thinking: { type: 'disabled' },
      context_management: { edits: [] },
    });
  });

  it('has to be there, but for counting tokens', () => {
    expect(check({ max_tokens: undefined })).toMatchObject({ refusal: { reason: 'malformed' } });
    const text = JSON.stringify(body({ max_tokens: undefined }));
    const policy = requestPolicy(modelSettings());
    expect(checkRequest(Buffer.from(text), 'count_tokens', JOB, policy).kind).toBe('passed');
  });
});

describe('the model', () => {
  it('outside what the job may ask for is refused', () => {
    expect(check({ model: 'claude-opus-5-5' })).toEqual({
      kind: 'refused',
      refusal: {
        reason: 'model_not_allowed',
        status: 403,
        type: 'permission_error',
        message: 'This job may not use the model claude-opus-5-5.',
      },
    });
  });

  it("is what the tier's mapping makes of it", () => {
    const tierModels = { free: { 'claude-sonnet-*': 'claude-haiku-5-5' } };
    expect(check({}, {}, { tierModels })).toMatchObject({
      request: { askedModel: 'claude-sonnet-5-5', model: 'claude-haiku-5-5' },
    });
    expect(check({}, { tier: 'pro' }, { tierModels })).toMatchObject({
      request: { model: 'claude-sonnet-5-5' },
    });
  });
});

describe('a body that is no request', () => {
  const policy = requestPolicy(modelSettings());
  it.each([
    '',
    'not json',
    '[]',
    'null',
    '{}',
    '{"model":7}',
    '{"model":"claude-sonnet-5-5","messages":[]}',
    '{"model":"claude-sonnet-5-5","messages":[{"role":"root"}],"max_tokens":1}',
    '{"model":"claude-sonnet-5-5","messages":[{"role":"user","content":""}],"max_tokens":-1}',
    '{"model":"claude-sonnet-5-5","messages":[{"role":"user","content":""}],"max_tokens":1,"stream":"yes"}',
    '{"model":"claude-sonnet-5-5","messages":[{"role":"user","content":{"type":"image"}}],"max_tokens":1}',
    '{"model":"claude-sonnet-5-5","messages":[{"role":"user","content":""}],"max_tokens":1,"tools":{}}',
  ])('is refused: %s', (text) => {
    expect(checkRequest(Buffer.from(text), 'messages', JOB, policy)).toMatchObject({
      refusal: { reason: 'malformed' },
    });
  });

  it('is refused where it is nested too deeply', () => {
    const deep = `${'{"type":"tool_result","content":['.repeat(50_000)}${']}'.repeat(50_000)}`;
    const text = `{"model":"claude-sonnet-5-5","max_tokens":1,"messages":[{"role":"user","content":[${deep}]}]}`;
    expect(checkRequest(Buffer.from(text), 'messages', JOB, policy)).toMatchObject({
      refusal: { reason: 'malformed' },
    });
  });

  it('never makes it throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({
          ...body(),
          messages: [{ role: 'user', content: value }],
          tools: value,
        });
        expect(['passed', 'refused']).toContain(
          checkRequest(Buffer.from(text), 'messages', JOB, policy).kind,
        );
      }),
    );
  });
});

it('says one thing to us and nothing else to the provider: a name that is there twice is sent once', () => {
  const text = `{"model":"claude-opus-5-5",${JSON.stringify(body()).slice(1)}`;
  const checked = checkRequest(Buffer.from(text), 'messages', JOB, requestPolicy(modelSettings()));
  expect(checked).toMatchObject({ kind: 'passed', request: { model: 'claude-sonnet-5-5' } });
});
