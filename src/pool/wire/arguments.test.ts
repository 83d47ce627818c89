import { expect, test } from 'vitest';
import { cliArguments } from './arguments.ts';

const options = { sandboxed: true, model: 'sonnet', maxTurns: 7, keepsSession: false, hasSkills: false };

test('a sandboxed worker may use its tools without asking', () => {
  const args = cliArguments(options);
  expect(args).toContain('--permission-mode=bypassPermissions');
  expect(args[args.indexOf('--tools') + 1]).toMatch(/\bBash\b.*\bWrite\b/);
});

test('a worker without a sandbox has no tools and no permissions', () => {
  const args = cliArguments({ ...options, sandboxed: false });
  expect(args[args.indexOf('--tools') + 1]).toBe('');
  expect(args).toEqual(expect.arrayContaining(['--restricted', '--permission-mode=dontAsk']));
  expect(args.join(' ')).not.toMatch(/bypassPermissions|Bash/);
});

test('the plugins that come with the CLI are off', () => {
  const settings = cliArguments(options).find((argument) => argument.startsWith('--settings='));
  expect(JSON.parse(settings?.slice('--settings='.length) ?? '')).toEqual({
    enabledPlugins: { 'cc-plugin-agents-md@builtin': false, 'cc-plugin-plugin-authoring@builtin': false },
  });
});

test('a model name cannot become an option', () => {
  const args = cliArguments({ ...options, model: '--dangerously-skip-permissions' });
  expect(args).not.toContain('--dangerously-skip-permissions');
  expect(args).toContain('--model=--dangerously-skip-permissions');
});

test('a conversation is continued where there is one', () => {
  expect(cliArguments(options).join(' ')).not.toContain('--resume');
  expect(cliArguments(options)).toContain('--no-session-persistence');
  const continued = cliArguments({ ...options, keepsSession: true, resume: 'id-1' });
  expect(continued).toContain('--resume=id-1');
  expect(continued).not.toContain('--no-session-persistence');
});
