import { expect, test } from 'vitest';
import { bubblewrapArguments, bubblewrapFeatures, type SandboxDescription } from './bubblewrap-arguments.ts';

const description: SandboxDescription = {
  features: { tmpfsSize: true, disableUserns: true },
  host: { mounts: ['/usr', '/etc/alternatives'], links: [{ path: '/bin', target: 'usr/bin' }] },
  binds: [
    { source: '/data/job/work', target: '/work', writable: true },
    { source: '/data/cli', target: '/opt/claude', writable: false },
  ],
  cwd: '/work',
  environment: { HOME: '/cfg', PATH: '/usr/bin' },
  command: ['/opt/claude', '-p'],
};

/** The arguments that follow an option, for each time it is given. */
function valuesOf(args: string[], option: string, count: number): string[][] {
  return args.flatMap((arg, index) => (arg === option ? [args.slice(index + 1, index + 1 + count)] : []));
}

test('every namespace is unshared and every capability dropped', () => {
  const args = bubblewrapArguments(description);
  for (const namespace of ['user', 'pid', 'net', 'ipc', 'uts', 'cgroup-try']) {
    expect(args).toContain(`--unshare-${namespace}`);
  }
  expect(valuesOf(args, '--cap-drop', 1)).toEqual([['ALL']]);
  expect(args).toEqual(expect.arrayContaining(['--die-with-parent', '--new-session', '--disable-userns']));
});

test('only the variables that were described are set, after the inherited ones are cleared', () => {
  const args = bubblewrapArguments(description);
  expect(args.indexOf('--clearenv')).toBeLessThan(args.indexOf('--setenv'));
  expect(valuesOf(args, '--setenv', 2)).toEqual([
    ['HOME', '/cfg'],
    ['PATH', '/usr/bin'],
  ]);
});

test('only what was described writable is mounted writable', () => {
  const args = bubblewrapArguments(description);
  expect(valuesOf(args, '--bind', 2)).toEqual([['/data/job/work', '/work']]);
  expect(valuesOf(args, '--ro-bind', 2)).toEqual([
    ['/usr', '/usr'],
    ['/etc/alternatives', '/etc/alternatives'],
    ['/data/cli', '/opt/claude'],
  ]);
  expect(valuesOf(args, '--symlink', 2)).toEqual([['usr/bin', '/bin']]);
  expect(args.lastIndexOf('--remount-ro')).toBeGreaterThan(args.lastIndexOf('--ro-bind'));
});

test('each file system in memory is bounded by the option right before it', () => {
  const args = bubblewrapArguments(description);
  const bounded = args.flatMap((arg, index) => (arg === '--size' ? [args.slice(index + 2, index + 4)] : []));
  expect(bounded).toEqual([
    ['--tmpfs', '/dev/shm'],
    ['--tmpfs', '/tmp'],
  ]);
  expect(valuesOf(args, '--tmpfs', 1)).toHaveLength(bounded.length);
});

test('the command comes last, after the end of options', () => {
  expect(bubblewrapArguments(description).slice(-3)).toEqual(['--', '/opt/claude', '-p']);
});

test('options that an older bubblewrap lacks are left out', () => {
  expect(bubblewrapFeatures('    --size BYTES     Set size\n    --disable-userns  Disable\n')).toEqual({
    tmpfsSize: true,
    disableUserns: true,
  });
  const features = bubblewrapFeatures('    --tmpfs DEST   Mount\n    --unshare-user\n');
  const args = bubblewrapArguments({ ...description, features });
  expect(args).not.toContain('--size');
  expect(args).not.toContain('--disable-userns');
});
