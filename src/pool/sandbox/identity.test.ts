import { expect, test } from 'vitest';
import { runAs, workerIdentity } from './identity.ts';

const command = { file: '/usr/bin/true', args: ['a'], env: {}, cwd: '/' };

test('someone who is not root runs workers as themselves', () => {
  const identity = workerIdentity({ uid: 1000, gid: 1001 }, 61_000, 3, '/usr/bin/setpriv');
  expect(identity).toEqual({ kind: 'same', uid: 1000, gid: 1001 });
  expect(runAs(identity, command, { dieWithParent: true })).toEqual(command);
});

test('root gives each slot a uid of its own', () => {
  const uids = [0, 1, 2].map((slot) => workerIdentity({ uid: 0, gid: 0 }, 61_000, slot, undefined).uid);
  expect(uids).toEqual([61_000, 61_001, 61_002]);
});

test('setpriv drops uid, gid, groups and new privileges before the program starts', () => {
  const identity = workerIdentity({ uid: 0, gid: 0 }, 61_000, 1, '/usr/bin/setpriv');
  expect(runAs(identity, command, { dieWithParent: true })).toEqual({
    file: '/usr/bin/setpriv',
    args: [
      '--reuid=61001',
      '--regid=61001',
      '--clear-groups',
      '--no-new-privs',
      '--pdeathsig=KILL',
      '--',
      '/usr/bin/true',
      'a',
    ],
    env: {},
    cwd: '/',
  });
});

test('without setpriv root has spawn change the uid and gid', () => {
  const identity = workerIdentity({ uid: 0, gid: 0 }, 61_000, 1, undefined);
  expect(runAs(identity, command, { dieWithParent: true })).toEqual({ ...command, uid: 61_001, gid: 61_001 });
});
