import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
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

async function startProxy(provider: Provider, idleTimeoutMs = 20_000): Promise<ModelSession> {
  proxy = await startModelProxy({
    provider,
    socketPath: claude.socketPath,
    logger: silentLogger,
    limits: { requestTimeoutMs: 20_000, idleTimeoutMs },
  });
  return proxy.begin(attemptContext({ model: 'default' }));
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

  it("does not see the provider's key, which the provider gets", async () => {
    const key = 'sk-ant-api03-only-the-proxy-knows-this';
    const provider = await openProvider(
      modelConfig({ provider: 'anthropic', baseUrl: `http://${standIn.address}` }),
      { ANTHROPIC_API_KEY: key },
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

  it.each([
    ['an error before the answer', 'stand-in: error 500 once'],
    ['an error in the middle of it', 'stand-in: say begun\nstand-in: error 529 once'],
    ['silence in the middle of it', 'stand-in: say begun\nstand-in: stall once'],
    ['a broken connection in the middle of it', 'stand-in: say begun\nstand-in: cut once'],
  ])('recovers from %s', async (_, fault) => {
    const session = await startProxy(standIn, 1_000);
    const result = await claude.run(`${fault}\nstand-in: write done.txt yes`);
    expect(result.is_error).toBe(false);
    expect(existsSync(join(claude.cwd, 'done.txt'))).toBe(true);
    expect(session.lastError()).toBeUndefined();
  });
});
