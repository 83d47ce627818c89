import { expect, test } from 'vitest';
import { ownCgroup } from './own-cgroup.ts';

const mount = (root: string, at: string, type = 'cgroup2') =>
  `31 23 0:28 ${root} ${at} rw,relatime shared:4 - ${type} ${type} rw,nsdelegate`;

test('it is found below the mount of version 2', () => {
  expect(ownCgroup('0::/system.slice/gatehouse.service\n', mount('/', '/sys/fs/cgroup'))).toEqual({
    mount: '/sys/fs/cgroup',
    folder: '/sys/fs/cgroup/system.slice/gatehouse.service',
  });
});

test('beside version 1 the mount of version 2 is meant', () => {
  const cgroups = '8:pids:/here\n4:memory:/there\n0::/\n';
  const mounts = [mount('/', '/sys/fs/cgroup/pids', 'cgroup'), mount('/', '/sys/fs/cgroup/unified')];
  expect(ownCgroup(cgroups, mounts.join('\n'))?.folder).toBe('/sys/fs/cgroup/unified');
});

test('a mount that shows a part of the hierarchy counts from there', () => {
  expect(ownCgroup('0::/docker/abc/inner\n', mount('/docker/abc', '/sys/fs/cgroup'))?.folder).toBe(
    '/sys/fs/cgroup/inner',
  );
});

test('a mount that does not show it is none', () => {
  expect(ownCgroup('0::/docker/abc\n', mount('/docker/other', '/sys/fs/cgroup'))).toBeUndefined();
  expect(ownCgroup('0::/../..\n', mount('/docker', '/sys/fs/cgroup'))).toBeUndefined();
});

test('a name with a space is read', () => {
  expect(ownCgroup('0::/a b\n', mount('/', '/mnt/my\\040cgroups'))?.folder).toBe('/mnt/my cgroups/a b');
});

test('with version 1 alone there is none', () => {
  expect(ownCgroup('4:memory:/x\n', mount('/', '/sys/fs/cgroup/memory', 'cgroup'))).toBeUndefined();
});
