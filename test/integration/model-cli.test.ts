import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AttemptContext,
  type ModelProxy,
  type ModelSession,
  openProvider,
  type Provider,
  startModelProxy,
} from '../../src/model/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { type ClaudeFolder, makeClaudeFolder } from '../support/claude.ts';
import { attemptContext } from '../support/model-provider.ts';
import { modelConfig } from '../support/model-settings.ts';

let standIn: Provider;
let claude: ClaudeFolder;
let proxy: ModelProxy | undefined;

beforeAll(async () => {
  standIn = await openProvider(modelConfig({ provider: 'stand-in' }), {}, silentLogger);
});
afterAll(() => standIn.close());
beforeEach(async () => {
  claude = await makeClaudeFolder();
});
afterEach(async () => {
  await proxy?.close();
  await claude.remove();
});

async function startProxy(
  provider: Provider,
  idleTimeoutMs = 20_000,
  attempt: Partial<AttemptContext> = {},
): Promise<ModelSession> {
  proxy = await startModelProxy({
    provider,
    socketPath: claude.socketPath,
    logger: silentLogger,
    limits: { requestTimeoutMs: 20_000, idleTimeoutMs },
  });
  return proxy.begin(attemptContext({ model: 'default', ...attempt }));
}

describe('the real CLI through the model proxy', () => {
  it('writes a file when the stand-in model asks for it', async () => {
    const session = await startProxy(standIn);
    const result = await claude.run('Please do this:\nstand-in: write notes.txt hello world');
    expect(result).toMatchObject({ is_error: false, num_turns: 2 });
    expect(result.result).toMatch(/^Write answered: File created successfully at: /);
    expect(await readFile(join(claude.cwd, 'notes.txt'), 'utf8')).toBe('hello world');
    expect(session.lastError()).toBeUndefined();
  });

  it('counts the same tokens as the proxy', async () => {
    const session = await startProxy(standIn);
    const { modelUsage } = await claude.run('stand-in: say counting\nstand-in: bash echo hi');
    const [counted, ...others] = Object.values(modelUsage);
    expect(others).toEqual([]);
    const { input_tokens, output_tokens } = session.usage();
    expect(counted).toMatchObject({ inputTokens: input_tokens, outputTokens: output_tokens });
    expect(output_tokens).toBeGreaterThan(0);
  });

  it("does not see the provider's key, which the server at ANTHROPIC_BASE_URL gets", async () => {
    const key = 'sk-ant-api03-only-the-proxy-knows-this';
    const provider = await openProvider(
      modelConfig({ provider: 'anthropic' }),
      { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: `http://${standIn.address}` },
      silentLogger,
    );
    await startProxy(provider);
    const { result } = await claude.run('stand-in: bash env; cat /proc/$PPID/environ | tr "\\0" "\\n"');
    expect(result).toContain('ANTHROPIC_UNIX_SOCKET=');
    expect(result).not.toContain(key);
    await provider.close();
  });

  it("fails with the provider's reason", async () => {
    const session = await startProxy(standIn);
    const result = await claude.run('stand-in: error 529', { CLAUDE_CODE_MAX_RETRIES: '0' });
    expect(result).toMatchObject({ is_error: true, api_error_status: 529 });
    expect(session.lastError()).toEqual({
      kind: 'overloaded',
      status: 529,
      type: 'overloaded_error',
      message: 'The stand-in model was asked for error 529.',
    });
  });

  it.each([
    ['refusal', 'refusal'],
    ['max_tokens', 'max_tokens'],
  ])('fails where the model stops because of %s, which the proxy knows', async (reason) => {
    const session = await startProxy(standIn);
    const result = await claude.run(`stand-in: stop ${reason}`);
    expect(result).toMatchObject({ is_error: true, terminal_reason: 'api_error', api_error_status: null });
    expect([session.stopReason(), session.lastError()]).toEqual([reason, undefined]);
  });

  it('fails at once where it asks for a model that its job may not have', async () => {
    const session = await startProxy(standIn, 20_000, { model: 'sonnet' });
    const result = await claude.run('hello', { ANTHROPIC_MODEL: 'opus' });
    expect(result).toMatchObject({ is_error: true, api_error_status: 403 });
    expect(session.lastError()).toMatchObject({ kind: 'model_not_allowed' });
    expect(session.usage().input_tokens).toBe(0);
  });

  it('gets the model that its tier has in place of the one that it asked for', async () => {
    const tierModels = { pro: { 'claude-opus-*': 'claude-haiku-5-5' } };
    const provider = await openProvider(
      modelConfig({ provider: 'anthropic', baseUrl: `http://${standIn.address}`, tierModels }),
      { ANTHROPIC_API_KEY: 'key' },
      silentLogger,
    );
    const session = await startProxy(provider, 20_000, { model: 'opus', tier: 'pro' });
    const { result } = await claude.run('stand-in: model', { ANTHROPIC_MODEL: 'opus' });
    expect(result).toBe('The model that was asked for is claude-haiku-5-5.');
    expect(session.model()).toBe('claude-haiku-5-5');
    await provider.close();
  });

  it('does not ask a second time while the provider is not asked, and keeps the reason', async () => {
    const provider = await openProvider(
      modelConfig({
        provider: 'anthropic',
        baseUrl: `http://${standIn.address}`,
        breaker: { minRequests: 1 },
      }),
      { ANTHROPIC_API_KEY: 'key' },
      silentLogger,
    );
    const session = await startProxy(provider);
    const startedMs = performance.now();
    const result = await claude.run('stand-in: error 529');
    expect(result).toMatchObject({ is_error: true, api_error_status: 529 });
    // Ten tries with growing pauses take three minutes.
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect(session.lastError()).toMatchObject({
      message: 'The stand-in model was asked for error 529.',
      retryAfterMs: expect.any(Number),
    });
    await provider.close();
  });

  it('costs by the price table what it says itself', async () => {
    const session = await startProxy(standIn);
    const prompt =
      'stand-in: usage input=1000 output=200 cache-read=5000 cache-write=300\nstand-in: say dear';
    const { total_cost_usd } = await claude.run(prompt, { ANTHROPIC_MODEL: 'sonnet' });
    expect(session.model()).toMatch(/^claude-sonnet-/);
    expect(session.costUsd()).toBeCloseTo(total_cost_usd, 9);
  });

  it('fails when the provider cannot be reached', async () => {
    const provider = await openProvider(
      modelConfig({ provider: 'anthropic', baseUrl: 'http://127.0.0.1:1' }),
      { ANTHROPIC_API_KEY: 'key' },
      silentLogger,
    );
    const session = await startProxy(provider);
    const result = await claude.run('hello', { CLAUDE_CODE_MAX_RETRIES: '0' });
    expect(result).toMatchObject({ is_error: true, api_error_status: 502 });
    expect(session.lastError()).toMatchObject({ kind: 'unreachable' });
    await provider.close();
  });

  async function recover(fault: string) {
    const session = await startProxy(standIn, 1_000);
    const result = await claude.run(`${fault}\nstand-in: write done.txt yes`);
    expect(result.is_error).toBe(false);
    expect(existsSync(join(claude.cwd, 'done.txt'))).toBe(true);
    expect(session.lastError()).toBeUndefined();
    return { costUsd: session.costUsd(), itsOwnUsd: result.total_cost_usd };
  }

  it.each([
    ['an error before the answer', 'stand-in: error 500 once'],
    ['an error in the middle of it', 'stand-in: say begun\nstand-in: error 529 once'],
    ['silence in the middle of it', 'stand-in: say begun\nstand-in: stall once'],
  ])('recovers from %s', async (_, fault) => {
    const { costUsd, itsOwnUsd } = await recover(fault);
    // What it asked for again counts once for each answer that the provider gave, as it counts it itself.
    expect(costUsd).toBeCloseTo(itsOwnUsd, 3);
  });

  it('recovers from a broken connection in the middle of it', async () => {
    const { costUsd, itsOwnUsd } = await recover('stand-in: say begun\nstand-in: cut once');
    // The provider gave three answers of one size. The CLI misses the first where the connection broke before it had
    // read of it; it costs all the same.
    const answerUsd = costUsd / 3;
    const heard = itsOwnUsd / answerUsd;
    expect([2, 3]).toContain(Math.round(heard));
    expect(heard).toBeCloseTo(Math.round(heard), 1);
  });
});
