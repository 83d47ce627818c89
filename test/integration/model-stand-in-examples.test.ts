import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ModelProxy, openProvider, type Provider, startModelProxy } from '../../src/model/index.ts';
import { silentLogger } from '../../src/telemetry/index.ts';
import { ROOT } from '../../src/toolchain/index.ts';
import { type ClaudeFolder, makeClaudeFolder } from '../support/claude.ts';
import { attemptContext } from '../support/model-provider.ts';
import { modelConfig } from '../support/model-settings.ts';

/** Every prompt of docs/stand-in.md with the answer that stands below it. */
const EXAMPLES = [
  ...readFileSync(join(ROOT, 'docs/stand-in.md'), 'utf8').matchAll(
    /```prompt\n([\s\S]*?)\n```\n```answer\n([\s\S]*?)\n```/g,
  ),
].map(([, prompt = '', answer = '']) => ({ prompt, answer }));

let standIn: Provider;
let claude: ClaudeFolder;
let proxy: ModelProxy;

beforeAll(async () => {
  standIn = await openProvider(modelConfig({ provider: 'stand-in' }), {}, silentLogger);
});
afterAll(() => standIn.close());
beforeEach(async () => {
  claude = await makeClaudeFolder();
  proxy = await startModelProxy({
    provider: standIn,
    socketPath: claude.socketPath,
    logger: silentLogger,
    limits: { requestTimeoutMs: 20_000, idleTimeoutMs: 20_000 },
  });
  proxy.begin(attemptContext({ model: 'default' }));
});
afterEach(async () => {
  await proxy.close();
  await claude.remove();
});

it('documents every prompt with an answer', () => {
  const text = readFileSync(join(ROOT, 'docs/stand-in.md'), 'utf8');
  expect(EXAMPLES.length).toBeGreaterThan(0);
  expect(EXAMPLES).toHaveLength(text.split('```prompt').length - 1);
});

it.each(EXAMPLES)('the CLI gets the documented answer to: $prompt', async ({ prompt, answer }) => {
  // The examples say /work, where the sandbox has the CLI's working directory.
  const here = (text: string) => text.replaceAll('/work', claude.cwd);
  const { result } = await claude.run(here(prompt), { CLAUDE_CODE_MAX_RETRIES: '1' });
  const [, begun] = /^(.*) …$/s.exec(here(answer)) ?? [];
  if (begun === undefined) expect(result).toBe(here(answer));
  else expect(result.slice(0, begun.length)).toBe(begun);
});
