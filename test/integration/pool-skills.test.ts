import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findTool, missingTool } from '../../src/toolchain/index.ts';
import { openTestPool, type RunOptions, type TestPool } from '../support/pool.ts';
import { makeRepository } from '../support/repository.ts';
import { type ScriptedAnswer, type ScriptedModel, startScriptedModel } from '../support/scripted-model.ts';
import { until } from '../support/until.ts';
import { workspacesOf } from '../support/workspaces.ts';

const withoutBubblewrap = findTool('bwrap') === undefined ? missingTool('bwrap') : undefined;

let folder: string;
let model: ScriptedModel | undefined;
let pool: TestPool | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-skills-'));
});
afterEach(async () => {
  await pool?.close();
  await model?.close();
  pool = undefined;
  model = undefined;
  await rm(folder, { recursive: true });
});

/** Writes a skill that is found by what its description and text say. */
async function skill(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, 'scripts'), { recursive: true });
  await writeFile(
    join(path, 'SKILL.md'),
    `---\nname: ${name}\ndescription: Knows of ${name} things.\n---\nThe text of ${name}.\n`,
  );
  await writeFile(join(path, 'scripts/tell.sh'), `#!/bin/sh\necho told by ${name}\n`);
  await chmod(join(path, 'scripts/tell.sh'), 0o755);
  return path;
}

async function open(answers: ScriptedAnswer[], ...set: string[]): Promise<TestPool> {
  model = await startScriptedModel(answers);
  const folders = [
    `skills.folders.heron=${await skill('heron')}`,
    `skills.folders.egret=${await skill('egret')}`,
  ];
  const provider = [`model.baseUrl=${model.url}`, 'model.provider=anthropic', 'pool.workers=1'];
  pool = await openTestPool({
    set: [...folders, ...provider, ...set],
    env: { ANTHROPIC_API_KEY: 'sk-test' },
  });
  return pool;
}

const requests = () => model?.requests ?? [];
const toolsOf = (request: string) =>
  (JSON.parse(request) as { tools: { name: string }[] }).tools.map(({ name }) => name);

describe.skipIf(withoutBubblewrap !== undefined)('in bubblewrap', () => {
  test('a skill that the request names is offered, and the model gets its text when it calls for it', async () => {
    const { run } = await open([{ tool: 'Skill', input: { skill: 'heron' } }, { text: 'done' }]);
    const { outcome, injected } = await run({ prompt: 'hello', skills: ['heron'] });
    expect(outcome).toMatchObject({ kind: 'completed', text: 'done' });
    const [offered = '', loaded = ''] = requests();
    expect(toolsOf(offered)).toContain('Skill');
    expect(offered).toContain('Knows of heron things.');
    expect(offered).not.toContain('The text of heron.');
    expect(loaded).toContain('The text of heron.');
    expect(injected).toEqual([
      { source: 'skill', name: 'heron', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  test('a job that names a repository too has both, and its skills are in no patch', async (context) => {
    if (findTool('git') === undefined) return context.skip(missingTool('git'));
    const repository = makeRepository({ 'README.md': 'one\n' });
    context.onTestFinished(repository.remove);
    const { run } = await open(
      [
        { tool: 'Skill', input: { skill: 'heron' } },
        { tool: 'Bash', input: { command: 'cat README.md; /cfg/skills/heron/scripts/tell.sh > told.txt' } },
        { text: 'done' },
      ],
      workspacesOf({ shop: { path: repository.path } }),
    );
    const { outcome, injected } = await run({
      prompt: 'hello',
      skills: ['heron'],
      context: { repository: 'shop' },
    });
    expect(requests().at(-1)).toContain('The text of heron.');
    expect(outcome).toMatchObject({
      kind: 'completed',
      changes: { workspace: 'shop', files: [{ path: 'told.txt' }] },
    });
    expect(injected?.map(({ source }) => source).sort()).toEqual(['skill', 'workspace']);
  });

  test('no other is there: neither those of the configuration nor those that come with the CLI', async () => {
    const { run } = await open([
      { tool: 'Skill', input: { skill: 'egret' } },
      { tool: 'Skill', input: { skill: 'plugin-authoring' } },
      { tool: 'Bash', input: { command: 'ls /cfg/skills; find / -name SKILL.md 2>/dev/null' } },
      { text: 'done' },
    ]);
    await run({ prompt: 'hello', skills: ['heron'] });
    const all = requests().join('\n');
    expect(all).not.toContain('The text of egret.');
    expect(all).not.toContain('Knows of egret things.');
    expect(all).not.toContain('Make a mod');
    expect(all).toContain('Unknown skill: egret');
    expect(resultsOf(requests().at(-1) ?? '').at(-1)).toBe('heron\n/cfg/skills/heron/SKILL.md');
  });

  test('what a request brings as its own skills is none, also under a name that it asks for', async () => {
    const { run } = await open([
      { tool: 'Skill', input: { skill: 'heron' } },
      { tool: 'Skill', input: { skill: 'stork' } },
      { text: 'done' },
    ]);
    const files = ['heron', 'stork'].map((name) => ({
      path: `.claude/skills/${name}/SKILL.md`,
      text: `---\nname: ${name}\ndescription: Brought along.\n---\nThe caller's own words.\n`,
    }));
    await run({ prompt: 'hello', skills: ['heron'], files });
    const all = requests().join('\n');
    expect(all).toContain('The text of heron.');
    expect(all).toContain('Unknown skill: stork');
    expect(all).not.toContain('Brought along.');
    expect(all).not.toContain("The caller's own words.");
  });

  test('a job that names none has neither skills nor the tool for them', async () => {
    const { run } = await open([{ tool: 'Bash', input: { command: 'ls -A /cfg/skills' } }, { text: 'done' }]);
    const { injected } = await run({ prompt: 'hello', skills: [] });
    expect(toolsOf(requests()[0] ?? '')).not.toContain('Skill');
    expect(requests().join('\n')).toContain('No such file or directory');
    expect(injected).toEqual([]);
  });

  test('its scripts run, and nothing of it can be changed or put aside by the run', async () => {
    const attempts = [
      '/cfg/skills/heron/scripts/tell.sh',
      'grep " /cfg " /proc/self/mounts',
      'echo x >> /cfg/skills/heron/SKILL.md',
      'rm -rf /cfg/skills/heron',
      'mkdir /cfg/skills/other',
      'mv /cfg/skills /cfg/elsewhere',
    ];
    const calls = attempts.map((command) => ({ tool: 'Bash', input: { command: `${command} 2>&1` } }));
    const { run } = await open([...calls, { text: 'done' }]);
    await run({ prompt: 'hello', skills: ['heron'] });
    const [told, mount, ...refused] = resultsOf(requests().at(-1) ?? '');
    expect(told).toBe('told by heron');
    // Where workers have uids of their own, the files' owner would keep them out as well.
    expect(mount).toMatch(/ ro,/);
    for (const each of refused)
      expect(each).toMatch(/Read-only file system|Permission denied|Device or resource busy/);
  });

  test('nothing of them remains in a worker that runs the next job', async () => {
    const { run, pool } = await open([{ text: 'done' }], 'pool.warm.max=1', 'pool.warm.min=1');
    const jobOf = async (skills: string[]) => {
      await until(() => pool.stats().waiting === 1, 'a worker waits');
      await run({ prompt: 'hello', skills });
      const request = requests().at(-1) ?? '';
      return { tool: toolsOf(request).includes('Skill'), heron: request.includes('Knows of heron things.') };
    };
    expect(await jobOf([])).toEqual({ tool: false, heron: false });
    expect(await jobOf(['heron'])).toEqual({ tool: true, heron: true });
    expect(await jobOf([])).toEqual({ tool: false, heron: false });
    expect(pool.stats().recycles.single_use).toBe(1);
  });

  test('a conversation has the skills that its newest job names', async () => {
    const { run } = await open([
      { text: 'done' },
      { tool: 'Skill', input: { skill: 'heron' } },
      { text: 'done' },
    ]);
    const saved: Buffer[] = [];
    const session = () => ({
      id: 'session',
      restore: async () => saved.at(-1) && Readable.from([saved.at(-1)]),
      save: async (state: Readable) => void saved.push(Buffer.concat(await state.toArray())),
    });
    await run({ prompt: 'first', session: 's', skills: ['heron'] }, { session: session() });
    await run({ prompt: 'second', session: 's', skills: ['egret'] }, { session: session() });
    expect(requests().at(-1)).toContain('Knows of egret things.');
    expect(requests().at(-1)).toContain('Unknown skill: heron');
    expect(requests().at(-1)).not.toContain('The text of heron.');
  });

  test('a change to a skill counts for the next job that names it', async () => {
    const { run } = await open([{ text: 'done' }]);
    const first = await run({ prompt: 'hello', skills: ['heron'] });
    await writeFile(
      join(folder, 'heron/SKILL.md'),
      '---\nname: heron\ndescription: Knows of kingfishers too.\n---\n',
    );
    const second = await run({ prompt: 'hello', skills: ['heron'] });
    expect(requests().at(-1)).toContain('Knows of kingfishers too.');
    expect(second.injected).not.toEqual(first.injected);
  });

  test.each([
    [
      'one that is not allowed',
      ['heron'],
      { permissions: { allowedSkills: ['egret'] } },
      /heron is not allowed/,
    ],
    ['one that the configuration no longer has', ['stork'], {}, /stork is not there any more/],
  ] satisfies [string, string[], RunOptions, RegExp][])(
    '%s fails the job before anything is started',
    async (_name, skills, options, message) => {
      const { run } = await open([{ text: 'done' }]);
      const { outcome, injected } = await run({ prompt: 'hello', skills }, options);
      expect(outcome).toMatchObject({
        kind: 'failed',
        retryable: false,
        error: { code: 'skill_unavailable', message: expect.stringMatching(message) },
      });
      expect(requests()).toEqual([]);
      expect(injected).toEqual([]);
    },
  );

  test('one whose folder went fails the job, without a word of where it was', async () => {
    const { run } = await open([{ text: 'done' }]);
    await rm(join(folder, 'heron'), { recursive: true });
    const { outcome } = await run({ prompt: 'hello', skills: ['heron'] });
    expect(outcome).toMatchObject({
      error: { code: 'skill_unavailable', message: 'The skill heron could not be read.' },
    });
  });
});

test('without a sandbox a job that names a skill fails, and says why', async () => {
  const { run } = await open([{ text: 'done' }], 'pool.sandbox=none');
  const { outcome } = await run({ prompt: 'hello', skills: ['heron'] });
  expect(outcome).toMatchObject({
    error: { code: 'skill_unavailable', message: expect.stringContaining('without a sandbox') },
  });
});

test('a pool whose skills cannot be used does not start, and says what to do', async () => {
  const set = [`skills.folders.heron=${folder}/nowhere`];
  await expect(openTestPool({ set })).rejects.toThrow(
    `skills.folders.heron: ${folder}/nowhere: there is no such folder`,
  );
});

/** What the tools answered so far. */
function resultsOf(request: string): string[] {
  const { messages } = JSON.parse(request) as {
    messages: { content: string | { type: string; content?: string }[] }[];
  };
  return messages
    .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
    .filter(({ type }) => type === 'tool_result')
    .map(({ content }) => content ?? '');
}
