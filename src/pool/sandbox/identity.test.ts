import { expect, test } from 'vitest';
import { runAs, workerIdentity } from './identity.ts';

const command = { file: '/usr/bin/true', args: ['a'], env: {}, cwd: '/' };
const pool = { uid: 61_000, limits: { processes: 99 } };
const root = { uid: 0, gid: 0 };
const someone = { uid: 1000, gid: 1001 };

test('root gives each slot a uid of its own', () => {
  const uids = [0, 1, 2].map((slot) => workerIdentity(root, pool, slot, {}).uid);
  expect(uids).toEqual([61_000, 61_001, 61_002]);
});

test('setpriv drops uid, gid, groups and new privileges before the program starts', () => {
  const identity = workerIdentity(root, pool, 1, { setpriv: '/usr/bin/setpriv' });
  expect(runAs(identity, command)).toEqual({
    file: '/usr/bin/setpriv',
    args: [
      ...['--reuid=61001', '--regid=61001', '--clear-groups', '--no-new-privs', '--pdeathsig=KILL'],
      ...['--', '/usr/bin/true', 'a'],
    ],
    env: {},
    cwd: '/',
  });
});

test('someone who is not root runs workers as themselves', () => {
  const identity = workerIdentity(someone, pool, 3, { setpriv: '/usr/bin/setpriv' });
  expect(identity).toMatchObject(someone);
  expect(runAs(identity, command).args).toEqual([
    ...['--no-new-privs', '--pdeathsig=KILL', '--', '/usr/bin/true', 'a'],
  ]);
});

test('without setpriv root has spawn change the uid and gid, and nobody else changes anything', () => {
  expect(runAs(workerIdentity(root, pool, 1, {}), command)).toEqual({
    ...command,
    uid: 61_001,
    gid: 61_001,
  });
  expect(runAs(workerIdentity(someone, pool, 1, {}), command)).toEqual(command);
});

test('limits are set after the uid has changed, and count processes only where the uid is a worker’s own', () => {
  const programs = { setpriv: '/usr/bin/setpriv', prlimit: '/usr/bin/prlimit' };
  const asRoot = runAs(workerIdentity(root, pool, 1, programs), command).args.join(' ');
  expect(asRoot).toContain(
    ' -- /usr/bin/prlimit --fsize=1073741824 --nofile=4096 --nproc=99 -- /usr/bin/true a',
  );
  const asSomeone = runAs(workerIdentity(someone, pool, 1, programs), command).args.join(' ');
  expect(asSomeone).toContain(' -- /usr/bin/prlimit --fsize=1073741824 --nofile=4096 -- /usr/bin/true a');
  expect(runAs(workerIdentity(root, pool, 1, { prlimit: '/usr/bin/prlimit' }), command)).toMatchObject({
    file: '/usr/bin/prlimit',
    uid: 61_001,
  });
});
